import type { FastifyInstance } from 'fastify'
import { Refusal } from '../../platform/refusal.ts'
import type { createFailures } from './failures.ts'
import { familyOf } from './failures.ts'

/** A phone on a bad line sends faster than this; whoever is slower only holds a connection open. */
const LEAST_BYTES_A_SECOND = 1_024

interface SlowBodyOptions {
  /** How long a body may take before its speed is looked at. */
  patienceSeconds: number
  failures: ReturnType<typeof createFailures>
}

/** Ends requests whose body drips in: one look after the patience, and again as long as it goes on. */
export function refuseSlowBodies(app: FastifyInstance, { patienceSeconds, failures }: SlowBodyOptions) {
  app.addHook('onRequest', (request, reply, done) => {
    const { raw } = request
    if (raw.headers['transfer-encoding'] === undefined && !Number(raw.headers['content-length'])) return done()
    const patience = patienceSeconds * 1000
    let seen = raw.socket.bytesRead
    const look = () => {
      const came = raw.socket.bytesRead - seen
      if (raw.complete || raw.destroyed) return
      if (came >= LEAST_BYTES_A_SECOND * patienceSeconds) {
        seen += came
        timer = setTimeout(look, patience).unref()
        return
      }
      reply.raw.once('finish', () => raw.destroy())
      reply.header('connection', 'close')
      const late = new Refusal('timeout_request', 'The body came too slowly. Please try again on a better line.')
      void failures(familyOf(request.url))(late, request, reply)
    }
    let timer = setTimeout(look, patience).unref()
    raw.once('close', () => clearTimeout(timer))
    raw.once('end', () => clearTimeout(timer))
    done()
  })
}
