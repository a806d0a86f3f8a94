import type { ConversationEvent, JobEvent } from '@mina/contract'
import type { Principal } from '../../access/principal.ts'
import type { Bus } from '../../platform/bus.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Db } from '../../platform/database/connect.ts'
import { eventRepository } from './repository.ts'

const TOPIC = 'events'
const PAGE = 500
const KEPT_MS = 24 * 3_600_000
/** A stream ends after an hour; the browser opens it again by itself, and its credential is looked at anew. */
const LONGEST_MS = 3_600_000

interface Kinds {
  conversation: ConversationEvent
  job: JobEvent
  translation: Record<string, unknown>
  insights: Record<string, unknown>
}

export interface EventsOptions {
  db: Db
  bus: Bus
  clock: Clock
  onSessionsRevoked: (run: (sessionIds: string[]) => void) => () => void
}

/** Rings once for any number of calls since the last wait. */
function bell() {
  let rung = false
  let wake = () => {}
  return {
    ring() {
      rung = true
      wake()
    },
    async wait() {
      if (!rung)
        await new Promise<void>((done) => {
          wake = done
        })
      rung = false
    },
  }
}

/** What pages are told while they are open, and what they missed while they were away. */
export function eventService({ db, bus, clock, onSessionsRevoked }: EventsOptions) {
  const repository = eventRepository(db)
  const open = new Set<AbortController>()

  async function* follow(userId: string, after: number | null, signal: AbortSignal) {
    const { ring, wait } = bell()
    const stops = [bus.subscribe(TOPIC, (it) => it.user === userId && ring()), bus.onResumed(ring)]
    signal.addEventListener('abort', ring)
    try {
      const newest = await repository.newest(userId)
      // A number that was never given here, as after a backup was put back, would wait for news that has long come.
      let last = Math.min(after ?? newest, newest)
      // With a number from the start, a page that loses its line before the first news misses none either.
      yield { event: 'open', id: String(last), data: {} }
      while (!signal.aborted) {
        const rows = await repository.since(userId, last, PAGE)
        for (const { id, kind, data } of rows) {
          if (signal.aborted) return
          last = id
          yield { event: kind, id: String(id), data }
        }
        if (rows.length < PAGE) await wait()
      }
    } finally {
      for (const stop of stops) stop()
    }
  }

  return {
    /** Call it last in a transaction: from here to its end, nobody else can tell this user anything. */
    async publish<K extends keyof Kinds>(userId: string, kind: K, data: Kinds[K], tx: Db = db) {
      await tx.transaction(async (inner) => {
        await repository.insert(userId, kind, data, inner)
        await bus.publish(TOPIC, { user: userId }, inner)
      })
    },

    async *stream(principal: Principal, after: number | null, gone: AbortSignal) {
      const ended = new AbortController()
      const end = () => ended.abort()
      const forget = onSessionsRevoked((ids) => principal.sessionId && ids.includes(principal.sessionId) && end())
      const timer = setTimeout(end, LONGEST_MS)
      timer.unref()
      gone.addEventListener('abort', end)
      if (gone.aborted) end()
      open.add(ended)
      try {
        yield* follow(principal.userId, after, ended.signal)
      } finally {
        clearTimeout(timer)
        forget()
        open.delete(ended)
      }
    },

    /** Pages that are listening hold the server back from stopping. */
    hangUp() {
      for (const it of open) it.abort()
    },

    prune: () => repository.prune(new Date(clock.now().getTime() - KEPT_MS)),
  }
}

export type EventService = ReturnType<typeof eventService>
