import type { Server as HttpServer } from 'node:http'
import { eq } from 'drizzle-orm'
import type { CookieJar } from '../doors/http/cookies.ts'
import { originCheck } from '../doors/http/origins.ts'
import { liveDoor } from '../doors/live/door.ts'
import { handshaker, type SharedView } from '../doors/live/handshake.ts'
import type { ConversationRow, Conversations } from '../features/conversations/index.ts'
import { deepgramLive } from '../features/dialects/deepgram-live/index.ts'
import type { Events } from '../features/events/index.ts'
import { createLive, type Live } from '../features/live/index.ts'
import type { Transcripts, WordsOf } from '../features/transcripts/index.ts'
import type { Usage } from '../features/usage/index.ts'
import { users } from '../platform/database/schema/index.ts'
import { inTransaction } from '../platform/database/transaction.ts'
import type { Files } from '../platform/files/port.ts'
import type { Queue } from '../platform/queue/queue.ts'
import { Refusal } from '../platform/refusal.ts'
import { SpeechError } from '../speech/errors.ts'
import { version } from '../version.ts'
import type { Access } from './access.ts'
import type { composeEndings } from './endings.ts'
import type { Platform } from './platform.ts'
import type { Speech } from './speech.ts'

const SOCKETS_PER_USER = 50
/** What the usage log calls live sessions of the app. */
const ENDPOINT = 'live'

interface LiveComposition {
  platform: Platform
  files: Files
  queue: Queue
  speech: Speech
  conversations: Conversations
  transcripts: Transcripts
  endings: ReturnType<typeof composeEndings>
  usage: Pick<Usage, 'record'>
  publish: Events['publish']
  wordsOf: WordsOf
}

/** Live sessions of this process. What ends one begins a second, better pass over its sound. */
export function composeLive(it: LiveComposition): Live {
  const { platform, conversations, transcripts, endings } = it
  const { config, db, log } = platform

  /** False: there will be no second pass, so what was heard live is the transcript. */
  async function improve(conversation: ConversationRow, wish: { provider: string | null; language: string | null }) {
    const { id, user_id, duration_ms } = conversation
    const wishes = {
      ...(wish.language && { language: wish.language }),
      ...(wish.provider && { provider: wish.provider }),
    }
    try {
      const engine = transcripts.engineFor(wishes)
      await inTransaction(db, async (tx) => {
        const [owner] = await tx.select({ plan: users.plan }).from(users).where(eq(users.id, user_id))
        await endings.reserve(
          { userId: user_id, plan: owner!.plan },
          { audio_seconds: duration_ms / 1000, bytes: 0 },
          tx,
        )
        const transcript = await transcripts.begin(id, { ...wishes, engine }, tx)
        await transcripts.enqueue({ transcript, userId: user_id, duration_ms }, tx)
      })
      return true
    } catch (error) {
      if (!(error instanceof Refusal) && !(error instanceof SpeechError)) throw error
      log.info({ conversation: id, code: error.code }, 'no second pass over a live recording')
      // The second pass would have counted these seconds.
      await it.usage.record({
        ...{ userId: user_id, audio_seconds: duration_ms / 1000 },
        ...{ service: `transcription.${wish.provider ?? config.transcription.provider}`, endpoint: ENDPOINT },
      })
      return false
    }
  }

  return createLive({
    ...platform,
    files: it.files,
    recognisers: it.speech.recognisers,
    conversations,
    enqueue: it.queue.send,
    dataDir: config.dataDir,
    settings: { ...config.live, mostSeconds: config.limits.audioHours * 3600 },
    onChanged: (row) =>
      void it
        .publish(row.user_id, 'conversation', {
          id: row.id,
          status: row.status,
          progress: row.progress,
          title: row.title,
        })
        .catch(() => log.warn({ conversation: row.id }, 'pages could not be told')),
    onFinished: (row) => endings.onFinished(row, db),
    onRemoved: (userId, id) =>
      void it
        .publish(userId, 'conversation', { id, status: 'deleted', progress: null, deleted: true })
        .catch(() => log.warn({ conversation: id }, 'pages could not be told')),
    // Its seconds are counted once, by the second pass; what live words have cost comes on top of that.
    onCost: (userId, { engine, cost_usd }) =>
      void it.usage
        .record({ userId, cost_usd, service: `transcription.${engine}`, endpoint: ENDPOINT })
        .catch((error: Error) => log.warn({ error: error.name }, 'live use was not entered')),
    improve,
    wordsOf: it.wordsOf,
  })
}

interface LiveDoorComposition {
  server: HttpServer
  platform: Platform
  access: Access
  cookies: CookieJar
  conversations: Conversations
  speech: Speech
  live: Live
  /** Refuses a link that is unknown, expired or revoked. */
  openShare: (token: string) => Promise<SharedView>
  /** So much was heard for a program of this user. */
  onHeard: (userId: string, it: { engine: string; audio_seconds: number; cost_usd: number }) => Promise<void>
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
      engines: it.speech.recognisers.all
        .filter((engine) => engine.stream && engine.unavailable() === null)
        .map(({ name, capabilities }) => ({
          name,
          languages: capabilities.languages === 'any' ? 'any' : [...capabilities.languages],
        })),
      full: it.live.service.full,
    }),
    mostSocketsPerUser: SOCKETS_PER_USER,
    dialect: deepgramLive({
      recognisers: it.speech.recognisers,
      clock: it.platform.clock,
      log,
      mostSeconds: config.limits.audioHours * 3600,
      onHeard: it.onHeard,
    }),
  })
}
