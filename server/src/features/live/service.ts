import { randomUUID } from 'node:crypto'
import { availableParallelism } from 'node:os'
import type { Principal } from '../../access/principal.ts'
import { hashOf, newSecret } from '../../access/tokens.ts'
import type { Bus } from '../../platform/bus.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Db } from '../../platform/database/connect.ts'
import type { StoredSpan } from '../../platform/database/schema/index.ts'
import type { Log } from '../../platform/log.ts'
import { Refusal } from '../../platform/refusal.ts'
import { SpeechError } from '../../speech/errors.ts'
import type { StreamEvent, Utterance } from '../../speech/port.ts'
import type { Recognisers } from '../../speech/registry.ts'
import {
  type ConversationRow,
  type Conversations,
  conversationRepository,
  segmentRows,
} from '../conversations/index.ts'
import { type Heard, type WordsOf, wordsFor } from '../transcripts/index.ts'
import { costMeter, type LiveCost } from './cost.ts'
import { handover } from './handover.ts'
import { recogniserLag, sessionsRunning } from './metrics.ts'
import type { LiveRepository, LiveRow } from './repository.ts'
import { type LiveSession, liveSession } from './session.ts'
import { pendingOf, spansOf } from './spans.ts'
import type { Tapes } from './tape.ts'
import type { Watching } from './watching.ts'
import { watched } from './wire.ts'
import { keepFinal } from './words.ts'

/** The stop is answered by then, with the last words or without; those that are missing are a job's. */
const LAST_WORDS_MS = 4_000
/** Streams that one core can follow; measured in bench/live.ts. */
const STREAMS_PER_CORE = 12

export interface LiveSettings {
  orphanSeconds: number
  sessionsPerUser: number
  streams: number | null
  mostSeconds: number
}

interface ServiceOptions {
  db: Db
  bus: Bus
  clock: Clock
  log: Log
  repository: LiveRepository
  tapes: Tapes
  watching: Watching
  recognisers: Recognisers
  conversations: Pick<Conversations, 'open' | 'repository'>
  settings: LiveSettings
  wordsOf: WordsOf
  process: string
  onChanged: (conversation: ConversationRow) => void
  onCost: (userId: string, cost: LiveCost) => void
  /** The work that makes a recording of a stopped session; in the same transaction. */
  finishLater: (tx: Db, row: LiveRow) => Promise<unknown>
}

export interface StartWish {
  conversation_id?: string | undefined
  title?: string | undefined
  language?: string | undefined
  provider?: string | undefined
  sample_rate: number
  diarize?: boolean | undefined
  kind?: LiveRow['kind']
  onEvent?: (event: StreamEvent) => void
}

/** Live sessions: who may have one, which process writes it, how it ends. */
export function liveService(options: ServiceOptions) {
  const { db, clock, log, repository, tapes, watching, recognisers, conversations, settings, process } = options
  const running = new Map<string, LiveSession>()
  const mostStreams = settings.streams ?? availableParallelism() * STREAMS_PER_CORE
  let draining = false
  let streams = 0

  const between = handover({
    bus: options.bus,
    process,
    async release({ id, fence, why }) {
      const session = running.get(id)
      if (session && session.row.fence < fence) await session.release(why)
    },
  })

  const engineFor = (row: Pick<LiveRow, 'provider' | 'language'>) =>
    recognisers.pick({
      streaming: true,
      ...(row.provider && { provider: row.provider }),
      ...(row.language && { language: row.language }),
    })

  const nameOfEngine = (row: LiveRow) => {
    try {
      return engineFor(row).name
    } catch {
      return 'none'
    }
  }

  /** What the end of a session needs to know beside it. */
  const endings = new Map<
    LiveSession,
    { missed: StoredSpan[]; transcriptId: string; forget: () => void; recognise: boolean }
  >()

  /** Joins row, tape and engine to a session that runs here. */
  async function open(row: LiveRow, it: { diarize?: boolean; onEvent?: (event: StreamEvent) => void } = {}) {
    const found = await repository.transcript(row.conversation_id)
    if (!found?.transcript_id) throw new Refusal('not_found', 'There is no such conversation.')
    const place = { id: found.id, user_id: found.user_id, transcript_id: found.transcript_id }
    const tape = await tapes.open(row)
    const missed = pendingOf(found.completeness).filter((span) => span.end_ms <= row.transcribed_ms)
    let corrected = async (it: Utterance): Promise<Heard> => it
    let idx = (await repository.lastIdx(place.transcript_id)) + 1
    const recognise = streams < mostStreams
    if (recognise) streams += 1
    const cost = costMeter((it) => options.onCost(row.user_id, it))
    const session: LiveSession = liveSession({
      row,
      tape,
      repository,
      clock,
      log,
      mostSeconds: settings.mostSeconds,
      recognise,
      engine: nameOfEngine(row),
      ...(it.onEvent && { onEvent: it.onEvent }),
      broadcast: (name, message) => {
        if (watched.has(name)) watching.tell(row.conversation_id, name, message)
      },
      recognition: {
        nextIdx: () => idx,
        async open(offset_ms) {
          const engine = engineFor(row)
          const words = wordsFor(engine, await options.wordsOf(place.user_id))
          corrected = (it) => words.corrected(it, row.language ? { language: row.language } : {})
          const stream = await engine.stream!({
            sampleRate: row.sample_rate,
            offset_ms,
            interim: true,
            words: true,
            ...(row.language && { language: row.language }),
            ...(words.told.length > 0 && { vocabulary: words.told }),
            ...(it.diarize && engine.capabilities.diarization && { diarize: true }),
          })
          await repository.describeTranscript(place.transcript_id, { engine: engine.name, language: row.language })
          return cost.opened(engine.name, stream)
        },
        async save(utterance) {
          const saved = await keepFinal(
            { row, place, repository, segments: segmentRows, over: () => session.over },
            await corrected(utterance),
          )
          if (!saved) {
            await session.release('taken')
            return false
          }
          idx = saved.idx + 1
          session.tell('final', {
            conversation_id: row.conversation_id,
            id: saved.id,
            idx: saved.idx,
            start_ms: saved.start_ms,
            end_ms: saved.end_ms,
            text: saved.text,
            confidence: saved.confidence,
            ...(saved.speaker && { speaker: saved.speaker }),
            ...(saved.words && {
              words: saved.words.map(({ text, start_ms, end_ms }) => ({ text, start_ms, end_ms })),
            }),
          })
          return true
        },
        onMissed(start_ms, end_ms) {
          missed.push({ start_ms, end_ms, state: 'pending' })
          void repository
            .saveSpans(place.transcript_id, [...missed])
            .catch(() => log.warn({ session: row.id }, 'a missed stretch was not noted'))
        },
      },
      onReleased: forget,
    })
    function forget() {
      cost.end()
      if (running.get(row.id) !== session) return
      running.delete(row.id)
      endings.delete(session)
      if (recognise) streams -= 1
      sessionsRunning.set(running.size)
    }
    endings.set(session, { missed, transcriptId: place.transcript_id, forget, recognise })
    running.set(row.id, session)
    sessionsRunning.set(running.size)
    return session
  }
  const stopHearing = options.bus.subscribe('conversations.gone', ({ ids }) => void service.end(ids as string[]))
  const lag = setInterval(() => {
    recogniserLag.set(Math.max(0, ...[...running.values()].map((it) => it.lag_ms)))
  }, 2_000)

  async function conversationFor(principal: Principal, it: StartWish) {
    if (!it.conversation_id)
      return await conversations.repository.insert({
        user_id: principal.userId,
        ...(it.title && { title: it.title }),
        language: it.language ?? null,
        source: it.kind === 'audio-stream' ? 'stream' : 'realtime',
        engine: 'live',
      })
    const row = await conversations.open(principal, it.conversation_id, 'write')
    if (row.status !== 'live' || (await repository.ofConversation(row.id)))
      throw new Refusal('conflict', 'This conversation has its recording already. Resume it, or begin a new one.')
    return row
  }

  function requireRoom() {
    if (draining) throw new Refusal('unavailable', 'This server is being restarted. Connect again.', { retryAfter: 2 })
  }

  const service = {
    running,
    get full() {
      return streams >= mostStreams
    },

    async start(principal: Principal, wish: StartWish) {
      requireRoom()
      const language = wish.language && wish.language !== 'auto' ? wish.language : null
      let trouble: string | null = null
      try {
        engineFor({ provider: wish.provider ?? null, language })
      } catch (error) {
        // An engine that is out of order does not keep anybody from recording, unless it was asked for by name.
        if (!(error instanceof SpeechError) || error.code !== 'unavailable' || wish.provider) throw error
        trouble = error.message
      }
      if ((await repository.countRunning(principal.userId)) >= settings.sessionsPerUser)
        throw new Refusal(
          'rate_limited',
          `At most ${settings.sessionsPerUser} recordings run at once for one account. Stop one of them first.`,
        )
      const conversation = await conversationFor(principal, wish)
      const resumeToken = newSecret(32)
      const now = clock.now()
      const row = await repository.insert({
        conversation_id: conversation.id,
        user_id: principal.userId,
        auth_session_id: principal.sessionId ?? null,
        resume_hash: hashOf(resumeToken),
        kind: wish.kind ?? 'app',
        process,
        sample_rate: wish.sample_rate,
        language,
        provider: wish.provider ?? null,
        fence: 1,
        started_at: now,
        seen_at: now,
      })
      const session = await open(row, {
        ...(wish.diarize && { diarize: true }),
        ...(wish.onEvent && { onEvent: wish.onEvent }),
      })
      log.info({ session: row.id, kind: row.kind, user: row.user_id }, 'live session started')
      return { session, resumeToken, trouble, full: !endings.get(session)?.recognise }
    },

    /** Goes on with a session, wherever it ran; the one who wrote it before no longer does. */
    async resume(principal: Principal, token: string) {
      requireRoom()
      for (;;) {
        const row = await repository.byToken(principal.userId, hashOf(token))
        if (!row) throw new Refusal('not_found', 'There is no such recording. Begin a new one.')
        if (row.state === 'finished') return { ended: row }
        const here = running.get(row.id)
        if (here && !here.over && here.row.fence === row.fence) {
          await repository.update(row, { state: 'active', seen_at: clock.now() })
          return { session: here }
        }
        const reopened = row.state === 'orphaned'
        const taken = await repository.takeOver(row, process, clock.now())
        if (!taken) continue
        await between.take({ id: row.id, fence: taken.fence, from: row.process })
        const live = reopened && (await conversations.repository.update(row.conversation_id, { status: 'live' }))
        if (live) options.onChanged(live)
        log.info({ session: row.id, fence: taken.fence }, 'live session resumed')
        return { session: await open(taken) }
      }
    },

    /** Ends a recording for good: its sound and words are kept, the rest is a job's. */
    async stop(session: LiveSession) {
      const heardAll = await session.stop(LAST_WORDS_MS)
      const ending = endings.get(session)
      const { row } = session
      const duration_ms = session.duration_ms
      const finals = ending ? await repository.finals(ending.transcriptId) : []
      const spans = spansOf(finals, ending?.missed ?? [], heardAll ? duration_ms : session.settled_ms, duration_ms)
      const done = await repository.asWriter(
        row,
        {
          state: 'finished',
          finished_at: null,
          process: null,
          seen_at: clock.now(),
          next_seq: session.nextSeq,
          kept_bytes: session.kept_bytes,
          transcribed_ms: Math.round(session.settled_ms),
        },
        async (tx) => {
          if (ending) await repository.saveSpans(ending.transcriptId, spans, tx)
          const changed = await conversationRepository(tx).update(row.conversation_id, {
            status: 'processing',
            duration_ms,
          })
          await options.finishLater(tx, row)
          return changed ?? true
        },
      )
      ending?.forget()
      if (!done) return { conversation_id: row.conversation_id, duration_ms }
      if (done !== true) options.onChanged(done)
      session.tell('stopped', { conversation_id: row.conversation_id, duration_ms })
      return { conversation_id: row.conversation_id, duration_ms }
    },

    /** Sessions whose client did not come back are finished, for now: their tokens stay good. */
    async tend() {
      const before = new Date(clock.now().getTime() - settings.orphanSeconds * 1000)
      for (const row of await repository.orphan(before)) {
        await running.get(row.id)?.release('orphaned')
        await between.orphaned({ id: row.id, fence: row.fence })
        await options.finishLater(db, row)
        log.info({ session: row.id }, 'a live session was left; it is finished from its stored sound')
      }
    },

    /** Their conversations were deleted. */
    async end(conversationIds: readonly string[]) {
      const gone = new Set(conversationIds)
      await Promise.all(
        [...running.values()].filter((it) => gone.has(it.row.conversation_id)).map((it) => it.release('deleted')),
      )
    },

    /** This server stops: every session is flushed and let go, to be resumed elsewhere. */
    async drain() {
      draining = true
      await Promise.all([...running.values()].map((it) => it.release('draining').catch(() => {})))
    },
    close() {
      stopHearing()
      clearInterval(lag)
      between.close()
    },
  }
  return service
}

export type LiveService = ReturnType<typeof liveService>
export const newProcessName = () => randomUUID()
