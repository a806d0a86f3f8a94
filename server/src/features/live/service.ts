import { randomUUID } from 'node:crypto'
import { availableParallelism } from 'node:os'
import type { Principal } from '../../access/principal.ts'
import { hashOf } from '../../access/tokens.ts'
import type { Bus } from '../../platform/bus.ts'
import type { Db } from '../../platform/database/connect.ts'
import { Refusal } from '../../platform/refusal.ts'
import { type ConversationRow, conversationRepository } from '../conversations/index.ts'
import { type BeginningOptions, recordingBeginner, type StartWish } from './beginning.ts'
import { handover } from './handover.ts'
import { type OpeningOptions, sessionOpener } from './opening.ts'
import type { LiveRow } from './repository.ts'
import { runningSessions } from './running.ts'
import type { LiveSession } from './session.ts'
import { spansOf } from './spans.ts'

/** The stop is answered by then, with the last words or without; those that are missing are a job's. */
const LAST_WORDS_MS = 4_000
/** Streams that one core can follow; measured in bench/live.ts. */
const STREAMS_PER_CORE = 12

export interface LiveSettings {
  orphanSeconds: number
  idleSeconds: number
  sessionsPerUser: number
  streams: number | null
  mostSeconds: number
}

interface ServiceOptions extends BeginningOptions, Omit<OpeningOptions, 'running' | 'mostSeconds'> {
  db: Db
  bus: Bus
  settings: LiveSettings
  onChanged: (conversation: ConversationRow) => void
  /** The work that makes a recording of a stopped session; in the same transaction. */
  finishLater: (tx: Db, row: LiveRow) => Promise<unknown>
}

/** Live sessions: who may have one, which process writes it, how it ends. */
export function liveService(options: ServiceOptions) {
  const { db, clock, log, repository, conversations, settings, process } = options
  const running = runningSessions(settings.streams ?? availableParallelism() * STREAMS_PER_CORE)
  const open = sessionOpener({ ...options, running, mostSeconds: settings.mostSeconds })
  const begin = recordingBeginner(options)
  let draining = false

  const between = handover({
    bus: options.bus,
    process,
    async release({ id, fence, why }) {
      const session = running.get(id)
      if (session && session.row.fence < fence) await session.release(why)
    },
  })
  const stopHearing = options.bus.subscribe('conversations.gone', ({ ids }) => void service.end(ids as string[]))

  function requireRoom() {
    if (draining) throw new Refusal('unavailable', 'This server is being restarted. Connect again.', { retryAfter: 2 })
  }

  const service = {
    get full() {
      return running.full
    },

    async start(principal: Principal, wish: StartWish) {
      requireRoom()
      const { row, resumeToken, trouble } = await begin(principal, wish)
      const { session, seated } = await open(row, wish)
      log.info({ session: row.id, kind: row.kind, user: row.user_id }, 'live session started')
      return { session, resumeToken, trouble, full: !seated }
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
        return { session: (await open(taken)).session }
      }
    },

    /** Ends a recording for good: its sound and words are kept, the rest is a job's. */
    async stop(session: LiveSession) {
      const heardAll = await session.stop(LAST_WORDS_MS)
      const { row, duration_ms } = session
      const here = running.of(session)
      const heard_ms = heardAll ? duration_ms : session.settled_ms
      const finals = here ? await repository.finals(here.transcriptId) : []
      const spans = spansOf(finals, here?.recognition.missed ?? [], heard_ms, duration_ms)
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
          if (here) await repository.saveSpans(here.transcriptId, spans, tx)
          const changed = await conversationRepository(tx).update(row.conversation_id, {
            status: 'processing',
            duration_ms,
          })
          await options.finishLater(tx, row)
          return changed ?? true
        },
      )
      here?.leave()
      const stopped = { conversation_id: row.conversation_id, duration_ms }
      if (!done) return stopped
      if (done !== true) options.onChanged(done)
      session.tell('stopped', stopped)
      return stopped
    },

    /**
     * Sessions that nobody speaks into give their place to others. Those whose client did not come back are finished, for now: their tokens
     * stay good.
     */
    async tend() {
      const idle = clock.now().getTime() - settings.idleSeconds * 1000
      for (const session of running.all().filter((it) => it.heardAt.getTime() < idle)) {
        log.info({ session: session.row.id }, 'a live session without sound was let go')
        await session.release('idle')
      }
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
      await Promise.all(running.all().map((it) => gone.has(it.row.conversation_id) && it.release('deleted')))
    },

    /** Their conversations are back: what ended meanwhile is finished now. */
    async resumeWork(conversationIds: readonly string[]) {
      for (const row of await repository.unfinished(conversationIds)) await options.finishLater(db, row)
    },

    /** This server stops: every session is flushed and let go, to be resumed elsewhere. */
    async drain() {
      draining = true
      await Promise.all(running.all().map((it) => it.release('draining').catch(() => {})))
    },
    close() {
      stopHearing()
      running.close()
      between.close()
    },
  }
  return service
}

export type LiveService = ReturnType<typeof liveService>
export const newProcessName = () => randomUUID()
