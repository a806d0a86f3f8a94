import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Endpoint } from '@mina/contract'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Principal } from '../../access/principal.ts'
import { Refusal } from '../../platform/refusal.ts'
import type { Authenticate } from './authenticate.ts'
import type { createFailures } from './failures.ts'
import type { Pace } from './pace.ts'

/** A protocol of its own over HTTP, which reads requests and writes answers itself. */
export interface Resumable {
  path: string
  /** What it can do, as it says to whoever asks first. */
  offer: Readonly<Record<string, string>>
  handle(request: IncomingMessage, response: ServerResponse, principal: Principal): Promise<void>
}

interface TusOptions {
  authenticate: Authenticate
  pace: Pace
  failures: ReturnType<typeof createFailures>
  resumable: Resumable
}

const endpointOf = (method: Endpoint['method'], path: string): Endpoint => ({
  ...{ family: 'app', permission: 'conversations:write', answer: 'any', method, path },
  summary: 'Upload a recording in pieces, by the tus protocol',
})

/** Gives the tus protocol the bare connection, once the caller is known as for any other call. */
export async function mountTus(app: FastifyInstance, { authenticate, pace, failures, resumable }: TusOptions) {
  await app.register(async (scope) => {
    // The body goes to the protocol as it comes, whatever it is called.
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null))

    const serve = (method: 'POST' | 'HEAD' | 'PATCH' | 'DELETE', url: string) =>
      scope.route({
        method,
        url,
        bodyLimit: Number.MAX_SAFE_INTEGER,
        errorHandler: failures('app'),
        async onRequest(request: FastifyRequest, reply: FastifyReply) {
          request.principal = await authenticate(request, endpointOf(method === 'HEAD' ? 'GET' : method, url))
          await pace(
            { rateClass: method === 'HEAD' ? 'read' : 'write', family: 'app' },
            request.principal,
            request.ip,
            reply,
          )
        },
        async handler(request, reply) {
          const { principal } = request
          if (!principal) throw new Refusal('unauthorized', 'Please sign in, or send a valid token or API key.')
          for (const [name, value] of Object.entries(reply.getHeaders()))
            if (value !== undefined) reply.raw.setHeader(name, value)
          reply.hijack()
          await resumable.handle(request.raw, reply.raw, principal)
        },
      })

    /** Asked by tus clients and, before they send anything from another origin, by browsers, which show no credential. */
    const offer = (url: string) =>
      scope.route({
        method: 'OPTIONS',
        url,
        // Whom it is granted to is said by the rule for all routes; the answer itself is the protocol's.
        config: { cors: { preflightContinue: true, strictPreflight: false } },
        handler: (_request, reply) => reply.headers(resumable.offer).code(204).send(),
      })

    const one = `${resumable.path}/:id`
    serve('POST', resumable.path)
    for (const method of ['HEAD', 'PATCH', 'DELETE'] as const) serve(method, one)
    for (const url of [resumable.path, one]) offer(url)
  })
}
