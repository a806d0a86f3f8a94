import type { Server as HttpServer } from 'node:http'
import type { CookieJar } from '../doors/http/cookies.ts'
import { originCheck } from '../doors/http/origins.ts'
import { liveDoor } from '../doors/live/door.ts'
import { handshaker, type SharedView } from '../doors/live/handshake.ts'
import type { ConversationRow, Conversations } from '../features/conversations/index.ts'
import { createLive, type Enqueue, type Live } from '../features/live/index.ts'
import type { Files } from '../platform/files/port.ts'
import type { Recognisers } from '../speech/registry.ts'
import { version } from '../version.ts'
import type { Access } from './access.ts'
import type { Platform } from './platform.ts'

const SOCKETS_PER_USER = 50

interface LiveComposition {
  platform: Platform
  files: Files
  conversations: Conversations
  recognisers: Recognisers
  enqueue: Enqueue
  onFinished: (conversation: ConversationRow) => Promise<void>
  improve: (conversationId: string) => Promise<void>
}

/** Live sessions of this process. */
export function composeLive({ platform, ...rest }: LiveComposition): Live {
  const { config } = platform
  return createLive({
    ...platform,
    ...rest,
    dataDir: config.dataDir,
    settings: { ...config.live, mostSeconds: config.limits.audioHours * 3600 },
  })
}

interface LiveDoorComposition {
  server: HttpServer
  platform: Platform
  access: Access
  cookies: CookieJar
  conversations: Conversations
  recognisers: Recognisers
  live: Live
  /** Refuses a link that is unknown, expired or revoked. */
  openShare: (token: string) => Promise<SharedView>
}

/** The sockets of this process: joined to its HTTP server, closed before it. */
export function composeLiveDoor(it: LiveDoorComposition) {
  const { config, log } = it.platform
  const origins = originCheck({ publicBaseUrl: config.publicBaseUrl, allowed: config.socketOrigins })
  const any = config.socketOrigins.includes('*')
  const handshake = handshaker({
    principals: it.access.principals,
    cookies: it.cookies,
    isOurs: (origin) => any || origins.isOurs(origin),
    openShare: it.openShare,
  })
  return liveDoor({
    server: it.server,
    handshake,
    principals: it.access.principals,
    onSessionsRevoked: it.access.onSessionsRevoked,
    openShare: it.openShare,
    live: it.live,
    log,
    openConversation: (principal, id) => it.conversations.open(principal, id, 'read'),
    hello: () => ({
      version,
      engine: config.transcription.provider,
      engines: it.recognisers.all
        .filter((engine) => engine.stream && engine.unavailable() === null)
        .map(({ name, capabilities }) => ({
          name,
          languages: capabilities.languages === 'any' ? 'any' : [...capabilities.languages],
        })),
      full: it.live.service.full,
    }),
    mostSocketsPerUser: SOCKETS_PER_USER,
  })
}
