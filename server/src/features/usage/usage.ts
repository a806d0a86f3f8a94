import type { Clock } from '../../platform/clock.ts'
import type { Db } from '../../platform/database/connect.ts'
import { inTransaction } from '../../platform/database/transaction.ts'
import type { Log } from '../../platform/log.ts'
import { Refusal } from '../../platform/refusal.ts'
import type { UsageRecord, UsageRepository } from './repository.ts'

export type Plan = 'free' | 'pro' | 'enterprise'

/** A plan's month; null is unlimited. */
export interface PlanQuota {
  minutes: number | null
  jobs: number | null
  storageGb: number | null
}

interface Amount {
  audio_seconds?: number
  jobs?: number
  /** What is about to be stored; pass the transaction that enters the row of the file. */
  bytes?: number
}

/** What was counted against a month when work was accepted. Plain data: it may be kept in a row until the work ends. */
export interface Reservation {
  userId: string
  month: string
  audio_seconds: number
  jobs: number
}

export interface Usage {
  /** Enters work that was not reserved: its audio counts from now on. */
  record(entry: UsageRecord, tx?: Db): Promise<void>
  /**
   * Counts work at its acceptance, or refuses it with 402; of many at once exactly as many get in as fit. In a
   * transaction it holds the person's month until the end, so keep that short.
   */
  reserve(userId: string, plan: Plan, amount: Amount, tx?: Db): Promise<Reservation>
  /** Enters work that was reserved: the month is put right by what it really took. */
  settle(reservation: Reservation, entry: UsageRecord, tx?: Db): Promise<void>
  /** Gives back what was reserved for work that failed. */
  refund(reservation: Reservation, tx?: Db): Promise<void>
  /** Counts a call over HTTP. Costs nothing now: counts are written together. */
  countCall(userId: string): void
  /** Writes what was counted. */
  flush(): Promise<void>
  close(): Promise<void>
}

export interface UsageParts {
  db: Db
  repository: (db: Db) => UsageRepository
  plans: Record<Plan, PlanQuota>
  clock: Clock
  log: Log
  /** Called once a month for a person whose plan is used up. */
  onQuotaReached: (userId: string, what: QuotaKind, tx: Db) => Promise<void>
}

type QuotaKind = 'minutes' | 'jobs' | 'storage'

const GB = 1_073_741_824
const FLUSH_MS = 5_000

/** The first day of a moment's month, UTC. */
export const monthOf = (at: Date) => `${at.toISOString().slice(0, 7)}-01`

const nextMonth = (month: string) => {
  const at = new Date(`${month}T00:00:00Z`)
  at.setUTCMonth(at.getUTCMonth() + 1)
  return at.toISOString().slice(0, 10)
}

const usedUp = (kind: QuotaKind, quota: PlanQuota, plan: Plan, month: string) => {
  const text =
    kind === 'storage'
      ? `Your plan (${plan}) holds ${quota.storageGb} GB and this would be more. Delete recordings or jobs, or ask for a larger plan.`
      : `Your plan (${plan}) allows ${kind === 'minutes' ? `${quota.minutes} minutes of audio` : `${quota.jobs} jobs`} a month and this would be more. It starts anew on ${nextMonth(month)}; or ask for a larger plan.`
  return new Refusal('quota_exceeded', text, { details: { quota: kind } })
}

export function createUsage({ db, repository, plans, clock, log, onQuotaReached }: UsageParts): Usage {
  const calls = new Map<string, number>()
  const notices = new Set<Promise<void>>()
  let timer: NodeJS.Timeout | undefined

  /** Apart from the refused transaction, which is about to be rolled back; once a month. */
  const notify = (userId: string, month: string, kind: QuotaKind) => {
    const notice = inTransaction(db, async (tx) => {
      if (await repository(tx).markNotified(userId, month)) await onQuotaReached(userId, kind, tx)
    })
      .catch((error: Error) => log.warn({ user: userId, error: error.name }, 'a quota notice was not sent'))
      .finally(() => notices.delete(notice))
    notices.add(notice)
  }

  async function reserveIn(tx: Db, userId: string, plan: Plan, amount: Amount): Promise<Reservation> {
    const { audio_seconds = 0, jobs = 0, bytes = 0 } = amount
    const month = monthOf(clock.now())
    const rows = repository(tx)
    const quota = plans[plan]
    const refuse = (kind: QuotaKind) => {
      notify(userId, month, kind)
      return usedUp(kind, quota, plan, month)
    }
    const before = await rows.lockMonth(userId, month)
    if (quota.minutes !== null && audio_seconds > 0 && before.audio_seconds + audio_seconds > quota.minutes * 60)
      throw refuse('minutes')
    if (quota.jobs !== null && jobs > 0 && before.jobs + jobs > quota.jobs) throw refuse('jobs')
    if (quota.storageGb !== null && bytes > 0 && (await rows.storedBytes(userId)) + bytes > quota.storageGb * GB)
      throw refuse('storage')
    await rows.add(userId, month, { audio_seconds, jobs })
    return { userId, month, audio_seconds, jobs }
  }

  async function flush() {
    clearTimeout(timer)
    timer = undefined
    const counted = [...calls]
    calls.clear()
    const month = monthOf(clock.now())
    try {
      if (counted.length > 0) await repository(db).addCalls(counted, month)
    } catch (error) {
      for (const [userId, count] of counted) calls.set(userId, (calls.get(userId) ?? 0) + count)
      log.warn({ error: (error as Error).name, users: counted.length }, 'calls could not be counted yet')
    }
  }

  return {
    async record(entry, tx) {
      const enter = async (within: Db) => {
        const rows = repository(within)
        await rows.insert(entry, clock.now())
        if (entry.audio_seconds)
          await rows.add(entry.userId, monthOf(clock.now()), { audio_seconds: entry.audio_seconds, jobs: 0 })
      }
      await (tx ? enter(tx) : inTransaction(db, enter))
    },
    reserve: (userId, plan, amount, tx) =>
      tx ? reserveIn(tx, userId, plan, amount) : inTransaction(db, (within) => reserveIn(within, userId, plan, amount)),
    async settle({ userId, month, audio_seconds }, entry, tx) {
      const enter = async (within: Db) => {
        const rows = repository(within)
        await rows.insert(entry, clock.now())
        await rows.add(userId, month, { audio_seconds: (entry.audio_seconds ?? 0) - audio_seconds, jobs: 0 })
      }
      await (tx ? enter(tx) : inTransaction(db, enter))
    },
    async refund({ userId, month, audio_seconds, jobs }, tx = db) {
      await repository(tx).add(userId, month, { audio_seconds: -audio_seconds, jobs: -jobs })
    },
    countCall(userId) {
      calls.set(userId, (calls.get(userId) ?? 0) + 1)
      timer ??= setTimeout(() => void flush(), FLUSH_MS).unref()
    },
    flush,
    async close() {
      await flush()
      await Promise.all(notices)
    },
  }
}
