import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Transform } from 'node:stream'

/** How the way to the storage can be bad. */
export type Fault =
  | { how: 'status'; status: number; body: string; type: string }
  | { how: 'slow'; ms: number }
  | { how: 'hang' | 'reset' | 'truncate' | 'corrupt' }

interface Planned {
  fault: Fault
  times: number
  on: (request: IncomingMessage) => boolean
}

/** Stands between an adapter and its storage, passes everything on, and misbehaves as often as it is told to. */
export const createFaultyWay = async (targetPort: number) => {
  let planned: Planned[] = []
  const seen: string[] = []

  const damage = (fault: Fault | undefined, outgoing: ServerResponse) => {
    let done = false
    return new Transform({
      transform(chunk: Buffer, _encoding, next) {
        if (fault?.how === 'corrupt' && !done) {
          const bad = Buffer.from(chunk)
          bad.writeUInt8(bad.readUInt8(0) ^ 1, 0)
          done = true
          return next(null, bad)
        }
        if (fault?.how !== 'truncate') return next(null, chunk)
        outgoing.write(chunk.subarray(0, chunk.length >> 1), () => outgoing.destroy())
      },
    })
  }

  const pass = (incoming: IncomingMessage, outgoing: ServerResponse, fault?: Fault) => {
    const { method, url, headers } = incoming
    const onward = request({ host: '127.0.0.1', port: targetPort, method, path: url, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(damage(fault, outgoing)).pipe(outgoing)
    })
    onward.on('error', () => outgoing.destroy())
    incoming.pipe(onward)
  }

  const answer = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    seen.push(`${incoming.method} ${incoming.url}`)
    const plan = planned.find((it) => it.times > 0 && it.on(incoming))
    if (!plan) return pass(incoming, outgoing)
    plan.times--
    const { fault } = plan
    if (fault.how === 'hang') return void incoming.resume()
    if (fault.how === 'reset') return void incoming.socket.resetAndDestroy()
    if (fault.how === 'slow') return void setTimeout(() => pass(incoming, outgoing), fault.ms)
    if (fault.how !== 'status') return pass(incoming, outgoing, fault)
    incoming.resume().on('end', () => outgoing.writeHead(fault.status, { 'content-type': fault.type }).end(fault.body))
  }

  const server = createServer(answer)
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const { port } = server.address() as AddressInfo

  return {
    url: `http://127.0.0.1:${port}`,
    /** Every request so far, as method and path. */
    seen,
    plan(fault: Fault, options: { times?: number; on?: (request: IncomingMessage) => boolean } = {}) {
      planned.push({ fault, times: options.times ?? 1, on: options.on ?? (() => true) })
    },
    clear() {
      planned = []
      seen.length = 0
    },
    async close() {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}

export type FaultyWay = Awaited<ReturnType<typeof createFaultyWay>>
