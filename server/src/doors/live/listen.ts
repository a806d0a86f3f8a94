import { randomUUID } from 'node:crypto'
import type { Server as HttpServer, IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { errorStatus } from '@mina/contract'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Principal } from '../../access/principal.ts'
import type { Principals } from '../../access/principals.ts'
import type { DeepgramLive, Prepared } from '../../features/dialects/deepgram-live/index.ts'
import type { Log } from '../../platform/log.ts'
import { Refusal } from '../../platform/refusal.ts'
import { SpeechError } from '../../speech/errors.ts'
import { credentialsOf } from '../http/authenticate.ts'
import type { socketCounts } from './limits.ts'

const MOST_MESSAGE_BYTES = 2 * 1_048_576
/** A peer that does not read its words is let go. */
const MOST_UNREAD_BYTES = 4 * 1_048_576
const RECHECK_MS = 1_000

const codes: Partial<Record<string, string>> = {
  unauthorized: 'INVALID_AUTH',
  forbidden: 'INSUFFICIENT_PERMISSIONS',
  rate_limited: 'TOO_MANY_REQUESTS',
  quota_exceeded: 'ASR_PAYMENT_REQUIRED',
}

interface ListenDoorOptions {
  server: HttpServer
  principals: Principals
  onSessionsRevoked: (run: (sessionIds: string[]) => void) => unknown
  counts: ReturnType<typeof socketCounts>
  dialect: DeepgramLive
  log: Log
}

interface Upgrade {
  request: IncomingMessage
  socket: Duplex
  head: Buffer
}

/** `Sec-WebSocket-Protocol: token, <key>`, since browsers can not set headers here. */
function protocolCredential({ headers }: IncomingMessage) {
  const [scheme, value] = (headers['sec-websocket-protocol'] ?? '').split(',').map((it) => it.trim())
  return value && /^(token|bearer)$/i.test(scheme ?? '') ? value : undefined
}

function refuse(socket: Duplex, requestId: string, error: unknown) {
  if (socket.destroyed) return
  const known = error instanceof Refusal || error instanceof SpeechError
  const code = known ? error.code : 'internal'
  const status = errorStatus[code] === 422 ? 400 : errorStatus[code]
  const message = (known ? error.message : 'Internal Server Error').replace(/[^\x20-\x7e]/g, ' ')
  const err_code = codes[code] ?? (status >= 500 ? 'INTERNAL_SERVER_ERROR' : 'Bad Request')
  const body = JSON.stringify({ err_code, err_msg: message, request_id: requestId })
  socket.end(
    [
      `HTTP/1.1 ${status} ${status === 401 ? 'Unauthorized' : 'Refused'}`,
      'Connection: close',
      'Content-Type: application/json',
      ...(known && error.retryAfter !== undefined ? [`Retry-After: ${Math.ceil(error.retryAfter)}`] : []),
      `Content-Length: ${Buffer.byteLength(body)}`,
      `dg-error: ${message}`,
      `dg-request-id: ${requestId}`,
      `x-request-id: ${requestId}`,
      '',
      body,
    ].join('\r\n'),
  )
}

/** `wss /v1/listen`: Deepgram's clients, by token alone; cookies are never looked at, so any origin may come. */
export function listenDoor(options: ListenDoorOptions) {
  const { server, principals, counts, dialect, log } = options
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MOST_MESSAGE_BYTES,
    perMessageDeflate: false,
    handleProtocols: (offered) => [...offered][0] ?? false,
  })
  const open = new Map<WebSocket, { principal: Principal; drain: () => void }>()

  async function admit(request: IncomingMessage): Promise<Principal> {
    const shown = credentialsOf(request.headers)
    const byProtocol = protocolCredential(request)
    const principal = await principals.resolve(byProtocol ? { bearer: byProtocol } : shown)
    if (!principal) throw new Refusal('unauthorized', 'Invalid credentials.')
    if (!principal.may.has('speech:use')) throw new Refusal('forbidden', 'This credential does not give speech:use.')
    return principal
  }

  function connected(socket: WebSocket, principal: Principal, prepared: Prepared, leave: () => void) {
    const session = dialect.serve(prepared, principal.userId, {
      send(message) {
        if (socket.bufferedAmount > MOST_UNREAD_BYTES) socket.terminate()
        else if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message))
      },
      close: (code, reason) => socket.close(code, reason),
    })
    open.set(socket, { principal, drain: session.drain })
    const timer = setInterval(() => {
      principals.stillGood(principal).then(
        (still) => still || socket.close(1008, 'INVALID_AUTH'),
        () => {},
      )
    }, RECHECK_MS)
    socket.on('message', (data, isBinary) => {
      if (isBinary) session.audio(data as Buffer)
      else session.control(String(data))
    })
    socket.on('error', () => socket.terminate())
    socket.on('close', () => {
      clearInterval(timer)
      open.delete(socket)
      leave()
      session.gone()
    })
  }

  /** A connection that is made has its engine's stream already: what an engine refuses is refused before. */
  async function connect({ request, socket, head }: Upgrade, query: URLSearchParams, requestId: string) {
    const principal = await admit(request)
    if (!counts.room(principal.userId)) throw new Refusal('rate_limited', 'Too many connections for this account.')
    const leave = counts.enter(principal.userId)
    let prepared: Prepared | undefined
    let served = false
    try {
      prepared = await dialect.prepare(query, requestId)
      const ready = prepared
      sockets.handleUpgrade(request, socket, head, (it) => {
        served = true
        connected(it, principal, ready, leave)
      })
    } finally {
      // The client went away meanwhile, or its handshake is none.
      if (!served) {
        leave()
        prepared?.stream.close().catch(() => {})
      }
    }
  }

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const url = URL.parse(request.url ?? '', 'http://mina')
    if (url?.pathname.startsWith('/socket.io')) return
    socket.on('error', () => socket.destroy())
    if (url?.pathname.replace(/\/$/, '') !== '/v1/listen') {
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
      return
    }
    const requestId = randomUUID()
    connect({ request, socket, head }, url.searchParams, requestId).catch((error) => {
      if (!(error instanceof Refusal) && !(error instanceof SpeechError))
        log.error({ error: (error as Error).name }, 'a live handshake failed')
      refuse(socket, requestId, error)
    })
  })

  options.onSessionsRevoked((ids) => {
    for (const [socket, { principal }] of open)
      if (principal.sessionId && ids.includes(principal.sessionId)) socket.close(1008, 'INVALID_AUTH')
  })

  return {
    /** What was heard is told, then the connections end. */
    async close(patience_ms = 5_000) {
      const all = [...open.keys()]
      for (const { drain } of open.values()) drain()
      const closed = Promise.all(all.map((it) => new Promise((done) => it.once('close', done))))
      const timer = setTimeout(() => all.forEach((it) => void it.terminate()), patience_ms)
      await closed
      clearTimeout(timer)
      sockets.close()
    },
  }
}
