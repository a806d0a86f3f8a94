import { createHash } from 'node:crypto'
import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createHttps } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'
import { selfSigned } from './certificate.ts'

/** What happens to one request, in the order of the script; after its end everything is answered normally. */
export type Step =
  | 'ok'
  /** Half of the answer, then the connection is gone. */
  | 'truncated'
  /** A whole body that is half of the JSON. */
  | 'malformed'
  /** The connection is gone before an answer. */
  | 'dropped'
  /** Headers and nothing more until the double is closed. */
  | 'stalled'
  /** Nothing at all until the double is closed. */
  | 'hang'
  | { status: number; body?: unknown; headers?: Record<string, string> }
  /** Answered normally once the promise is kept. */
  | { slow: Promise<void> }

export interface RecordedRequest {
  method: string
  path: string
  query: URLSearchParams
  headers: IncomingMessage['headers']
  body: Buffer
  sha256: string
  /** The connection was broken off by the client before the answer was out. */
  abandoned: boolean
}

export interface DoubleAnswer {
  status: number
  body: unknown
  headers?: Record<string, string>
}

interface DoubleOptions {
  script?: readonly Step[]
  tls?: boolean
  respond: (request: RecordedRequest) => DoubleAnswer | Promise<DoubleAnswer>
  /** A refusal of the upgrade, or what speaks on the socket. */
  upgrade?: (request: RecordedRequest) => DoubleAnswer | ((socket: WebSocket) => void)
  /** Sub-protocols and such are no matter of the three providers from a server. */
}

export interface Double {
  /** `http://127.0.0.1:port`, or https. */
  readonly url: string
  readonly requests: RecordedRequest[]
  readonly certificate: string | null
  /** Resolves when the request of this number (from 1) has arrived whole. */
  arrived(count: number): Promise<RecordedRequest>
  /** Resolves when the client has broken off that request. */
  abandoned(count: number): Promise<void>
  play(...steps: Step[]): void
  close(): Promise<void>
}

export async function createDouble(options: DoubleOptions): Promise<Double> {
  const script = [...(options.script ?? [])]
  const requests: RecordedRequest[] = []
  const sockets = new Set<Socket>()
  const listeners = new Set<() => void>()
  const changed = () => {
    for (const listener of listeners) listener()
  }
  const until = <T>(look: () => T | undefined) =>
    new Promise<T>((resolve) => {
      const check = () => {
        const found = look()
        if (found === undefined) return
        listeners.delete(check)
        resolve(found)
      }
      listeners.add(check)
      check()
    })

  const answer = async (incoming: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(Buffer.from(chunk))
    const request = record(incoming, Buffer.concat(chunks))
    response.once('close', () => {
      if (!response.writableFinished) request.abandoned = true
      changed()
    })
    requests.push(request)
    changed()
    await serve(script.shift() ?? 'ok', request, response, options.respond)
  }

  const listener = (incoming: IncomingMessage, response: ServerResponse) => {
    answer(incoming, response).catch(() => response.destroy())
  }
  const identity = options.tls ? selfSigned('127.0.0.1') : null
  const server = identity
    ? createHttps({ key: identity.key, cert: identity.certificate }, listener)
    : createHttp(listener)
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })

  const websockets = new WebSocketServer({ noServer: true })
  server.on('upgrade', (incoming: IncomingMessage, socket: Socket, head) => {
    socket.on('error', () => socket.destroy())
    const request = record(incoming, Buffer.alloc(0))
    requests.push(request)
    const step = script.shift() ?? 'ok'
    if (step === 'hang') return changed()
    if (step === 'dropped') {
      socket.destroy()
      return changed()
    }
    const decided =
      typeof step === 'object' && 'status' in step
        ? { status: step.status, body: step.body ?? {}, headers: step.headers }
        : (options.upgrade?.(request) ?? { status: 404, body: {} })
    if (typeof decided === 'function') websockets.handleUpgrade(incoming, socket, head, decided)
    else {
      const body = JSON.stringify(decided.body)
      const extra = Object.entries(decided.headers ?? {}).map(([name, value]) => `${name}: ${value}\r\n`)
      socket.end(
        `HTTP/1.1 ${decided.status} Refused\r\n${extra.join('')}content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
      )
    }
    changed()
  })

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  return {
    url: `${options.tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    requests,
    certificate: identity?.certificate ?? null,
    arrived: (count) => until(() => requests[count - 1]),
    abandoned: async (count) => {
      await until(() => (requests[count - 1]?.abandoned ? true : undefined))
    },
    play: (...steps) => void script.push(...steps),
    close: () =>
      new Promise((resolve) => {
        websockets.close()
        for (const client of websockets.clients) client.terminate()
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

function record(incoming: IncomingMessage, body: Buffer): RecordedRequest {
  const url = new URL(incoming.url ?? '/', 'http://double')
  return {
    method: incoming.method ?? '',
    path: url.pathname,
    query: url.searchParams,
    headers: incoming.headers,
    body,
    sha256: createHash('sha256').update(body).digest('hex'),
    abandoned: false,
  }
}

async function serve(
  step: Step,
  request: RecordedRequest,
  response: ServerResponse,
  respond: DoubleOptions['respond'],
) {
  if (step === 'hang') return
  if (step === 'dropped') return void response.destroy()
  if (typeof step === 'object' && 'status' in step) {
    response.writeHead(step.status, { 'content-type': 'application/json', ...step.headers })
    response.end(JSON.stringify(step.body ?? {}))
    return
  }
  if (typeof step === 'object') await step.slow
  const { status, body, headers } = await respond(request)
  const text = JSON.stringify(body)
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': step === 'malformed' ? Math.floor(text.length / 2) : Buffer.byteLength(text),
    ...headers,
  })
  if (step === 'malformed') response.end(Buffer.from(text).subarray(0, Math.floor(text.length / 2)))
  else if (step === 'stalled') response.flushHeaders()
  else if (step === 'truncated') response.write(text.slice(0, text.length / 2), () => response.destroy())
  else response.end(text)
}

/** The parts of a multipart body, read by the platform's own parser. */
export async function formOf(request: RecordedRequest): Promise<FormData> {
  const type = request.headers['content-type'] ?? ''
  return new Response(new Uint8Array(request.body), { headers: { 'content-type': type } }).formData()
}
