import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a provider does wrong next, once for each entry. */
export type Fault =
  /** 429, with Retry-After in seconds. */
  | { kind: 'paced'; retryAfter?: number | string }
  | { kind: 'status'; status: number }
  /** Never answers. */
  | { kind: 'hang' }
  /** Breaks the connection off in the middle of the body. */
  | { kind: 'broken' }
  /** Answers with a page that is no JSON. */
  | { kind: 'garbage' }
  /** Anything that only this provider does: its double knows the names. */
  | { kind: 'own'; name: string }

export interface SeenRequest {
  method: string
  path: string
  query: URLSearchParams
  headers: IncomingMessage['headers']
  body: string
}

export interface Reply {
  status?: number
  headers?: Record<string, string>
  json: unknown
}

interface Provider {
  /** The provider's own shape for a failure. */
  failure(status: number, retryAfter: boolean): unknown
  answer(request: SeenRequest, fault: string | undefined): Reply
}

export interface Double {
  url: string
  requests: SeenRequest[]
  /** Faults for the next requests, in order. */
  faults: Fault[]
  /** Resolves when so many requests have arrived. */
  received(count: number): Promise<void>
  close(): Promise<void>
}

const bodyOf = async (request: IncomingMessage) => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

const send = (response: ServerResponse, { status = 200, headers = {}, json }: Reply) => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(json))
}

/** A provider on a free port of this machine, with its wire format and its bad days. */
export async function startDouble(provider: Provider): Promise<Double> {
  const requests: SeenRequest[] = []
  const faults: Fault[] = []
  const waiting: { count: number; resolve: () => void }[] = []
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://double')
    const body = await bodyOf(request)
    const seen = { method: request.method ?? '', path: pathname, query: searchParams, headers: request.headers, body }
    requests.push(seen)
    for (const it of waiting) if (requests.length >= it.count) it.resolve()
    const fault = faults.shift()
    if (fault?.kind === 'hang') return
    if (fault?.kind === 'garbage') return void response.writeHead(200).end('<html>oops</html>')
    if (fault?.kind === 'broken') {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '5000' })
      response.write('{"half":"an ans', () => response.destroy())
      return
    }
    if (fault?.kind === 'paced') {
      const headers: Record<string, string> =
        fault.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) }
      return send(response, { status: 429, headers, json: provider.failure(429, true) })
    }
    if (fault?.kind === 'status')
      return send(response, { status: fault.status, json: provider.failure(fault.status, false) })
    send(response, provider.answer(seen, fault?.name))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    faults,
    received: (count) =>
      new Promise((resolve) => {
        if (requests.length >= count) resolve()
        else waiting.push({ count, resolve })
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
