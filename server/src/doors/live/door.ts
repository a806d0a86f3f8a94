import type { Server as HttpServer } from 'node:http'
import { Server, type Socket } from 'socket.io'
import type { Principals } from '../../access/principals.ts'
import type { Opened } from '../../features/conversations/index.ts'
import type { DeepgramLive } from '../../features/dialects/deepgram-live/index.ts'
import type { Live } from '../../features/live/index.ts'
import type { Log } from '../../platform/log.ts'
import { counter, gauge } from '../../platform/metrics.ts'
import { Refusal } from '../../platform/refusal.ts'
import { appNamespace } from './app-namespace.ts'
import { audioStreamNamespace } from './audio-stream.ts'
import { type Guest, HandshakeRefused, type Handshaker } from './handshake.ts'
import { messagePace, socketCounts } from './limits.ts'
import { listenDoor } from './listen.ts'

const MOST_MESSAGE_BYTES = 1_048_576
/** How soon a key that was revoked, or a link, is noticed; ended sessions are told at once. */
const RECHECK_MS = 1_000

const open = gauge('mina_sockets', 'Open sockets.', ['namespace'])
const refusals = counter('mina_sockets_refused_total', 'Handshakes that were refused.', ['namespace'])

export interface LiveDoorOptions {
  server: HttpServer
  handshake: Handshaker
  principals: Principals
  onSessionsRevoked: (run: (sessionIds: string[]) => void) => unknown
  openShare: (token: string) => Promise<unknown>
  live: Live
  log: Log
  openConversation: (principal: { userId: string }, id: string) => Promise<Opened<'read'>>
  hello: () => unknown
  mostSocketsPerUser: number
  dialect: DeepgramLive
}

/** Socket.IO on the HTTP server: who may connect, how much, for how long. */
export function liveDoor(options: LiveDoorOptions) {
  const { server, handshake, principals, log } = options
  const io = new Server(server, {
    serveClient: false,
    maxHttpBufferSize: MOST_MESSAGE_BYTES,
    // Other upgrades on this server belong to others.
    destroyUpgrade: false,
    allowRequest: (request, decide) => {
      const may = handshake.mayConnect(request)
      if (!may) refusals.inc({ namespace: 'origin' })
      decide(may ? null : 'This origin may not connect.', may)
    },
    cors: {
      origin: (origin, decide) => decide(null, origin !== undefined && handshake.mayConnect({ headers: { origin } })),
      credentials: true,
    },
    connectionStateRecovery: { maxDisconnectionDuration: 30_000, skipMiddlewares: false },
    pingInterval: 20_000,
    pingTimeout: 20_000,
    perMessageDeflate: false,
  })
  const counts = socketCounts(options.mostSocketsPerUser)

  function admit(namespace: string, wording: (reason: string) => string) {
    const of = io.of(namespace)
    of.use((socket, next) => {
      handshake
        .guest(socket.handshake.headers, socket.handshake.auth)
        .then((guest) => {
          if (guest.principal && !counts.room(guest.principal.userId))
            throw new HandshakeRefused('Too many connections for this account')
          socket.data.guest = guest
          next()
        })
        .catch((error: Error) => {
          refusals.inc({ namespace })
          const known = error instanceof HandshakeRefused || error instanceof Refusal
          if (!known) log.error({ error: error.name }, 'a handshake failed')
          next(new Error(wording(known ? error.message : 'The server could not check who you are. Try again.')))
        })
    })
    of.on('connection', (socket) => {
      const guest = socket.data.guest as Guest
      const leave = counts.enter(guest.principal?.userId)
      open.inc({ namespace })
      const stopWatching = watchStanding(socket, guest)
      messagePace(socket)
      socket.on('disconnect', () => {
        leave()
        stopWatching()
        open.dec({ namespace })
      })
    })
    return of
  }

  /** Ends the connection when what admitted it ends. */
  function watchStanding(socket: Socket, guest: Guest) {
    const good = async () => {
      if (guest.principal) return await principals.stillGood(guest.principal)
      await options.openShare(guest.share.token)
      return true
    }
    const timer = setInterval(() => {
      good().then(
        (still) => still || socket.disconnect(true),
        // A database that is away ends nobody's recording; a link that was revoked does.
        (error) => error instanceof Refusal && error.status < 500 && socket.disconnect(true),
      )
    }, RECHECK_MS)
    return () => clearInterval(timer)
  }

  options.onSessionsRevoked((ids) => {
    const ended = new Set(ids)
    for (const namespace of io._nsps.values())
      for (const socket of namespace.sockets.values()) {
        const sessionId = (socket.data.guest as Guest | undefined)?.principal?.sessionId
        if (sessionId && ended.has(sessionId)) socket.disconnect(true)
      }
  })

  appNamespace(
    admit('/', (reason) => reason),
    { live: options.live, log, open: options.openConversation, hello: options.hello },
  )

  audioStreamNamespace(
    admit('/audio-stream', (reason) => `Connection rejected: ${reason}`),
    options,
  )

  const listening = listenDoor({ ...options, counts })

  return {
    io,
    async close() {
      await listening.close()
      io.disconnectSockets(true)
      io.engine.close()
    },
  }
}

export type LiveDoor = ReturnType<typeof liveDoor>
