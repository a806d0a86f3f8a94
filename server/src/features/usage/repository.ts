import { and, desc, eq, gte, isNull, lt, sql, sum } from 'drizzle-orm'
import type { Db } from '../../platform/database/connect.ts'
import { artifacts, jobs, recordings, usageEvents, usageMonths, users } from '../../platform/database/schema/index.ts'

/** One piece of work, as the person's usage log shows it. */
export interface UsageRecord {
  userId: string
  keyId?: string | undefined
  ip?: string | null | undefined
  userAgent?: string | null | undefined
  /** The engine that did the work. */
  service: string
  /** The path or event by which it was asked for. */
  endpoint: string
  audio_seconds?: number
  tokens?: number
  characters?: number
  cost_usd?: number
}

export interface Period {
  from?: Date | undefined
  /** Not included. */
  before?: Date | undefined
}

const MOST_AGENT = 300

const inPeriod = (userId: string, { from, before }: Period) =>
  and(eq(usageEvents.user_id, userId), from && gte(usageEvents.at, from), before && lt(usageEvents.at, before))

const requests = sql<number>`count(*)::int`
const total = (column: typeof usageEvents.audio_seconds | typeof usageEvents.tokens) =>
  sql<number>`coalesce(sum(${column}), 0)::float8`
const sums = {
  requests,
  audio_seconds: total(usageEvents.audio_seconds),
  cost_usd: sql<number>`coalesce(sum(${usageEvents.cost_usd}), 0)::float8`,
}

/** The usage log and the sums of the months. */
export const usageRepository = (db: Db) => ({
  async insert(it: UsageRecord, at: Date) {
    await db.insert(usageEvents).values({
      user_id: it.userId,
      key_id: it.keyId ?? null,
      at,
      service: it.service,
      endpoint: it.endpoint,
      audio_seconds: it.audio_seconds ?? 0,
      tokens: it.tokens ?? 0,
      characters: it.characters ?? 0,
      cost_usd: it.cost_usd ?? 0,
      ip: it.ip ?? null,
      user_agent: it.userAgent?.slice(0, MOST_AGENT) ?? null,
    })
  },

  /** The month's sums, held until the transaction ends: others who reserve for the same person wait here. */
  async lockMonth(userId: string, month: string) {
    const [row] = await db
      .insert(usageMonths)
      .values({ user_id: userId, month })
      .onConflictDoUpdate({
        target: [usageMonths.user_id, usageMonths.month],
        set: { month: sql`excluded.month` },
      })
      .returning({ audio_seconds: usageMonths.audio_seconds, jobs: usageMonths.jobs })
    return row!
  },
  async add(userId: string, month: string, { audio_seconds, jobs: more }: { audio_seconds: number; jobs: number }) {
    await db
      .insert(usageMonths)
      .values({ user_id: userId, month, audio_seconds: Math.max(0, audio_seconds), jobs: Math.max(0, more) })
      .onConflictDoUpdate({
        target: [usageMonths.user_id, usageMonths.month],
        set: {
          audio_seconds: sql`greatest(0, ${usageMonths.audio_seconds} + ${audio_seconds})`,
          jobs: sql`greatest(0, ${usageMonths.jobs} + ${more})`,
        },
      })
  },
  /** Of people who are still there: an account may be deleted between the call and the count. */
  async addCalls(counted: readonly (readonly [string, number])[], month: string) {
    const values = sql.join(
      counted.map(([userId, count]) => sql`(${userId}::uuid, ${count}::int)`),
      sql`, `,
    )
    await db.execute(sql`
      insert into ${usageMonths} (user_id, month, api_calls)
      select counted.id, ${month}::date, counted.calls
      from (values ${values}) as counted(id, calls) join ${users} on ${users.id} = counted.id
      on conflict (user_id, month) do update set api_calls = usage_months.api_calls + excluded.api_calls`)
  },
  async markNotified(userId: string, month: string): Promise<boolean> {
    const marked = await db
      .insert(usageMonths)
      .values({ user_id: userId, month, quota_notified: true })
      .onConflictDoUpdate({
        target: [usageMonths.user_id, usageMonths.month],
        set: { quota_notified: true },
        setWhere: eq(usageMonths.quota_notified, false),
      })
      .returning({ month: usageMonths.month })
    return marked.length > 0
  },
  async storedBytes(userId: string): Promise<number> {
    const [inRecordings] = await db
      .select({ bytes: sum(recordings.size).mapWith(Number) })
      .from(recordings)
      .where(and(eq(recordings.user_id, userId), isNull(recordings.removed_at)))
    const [inInputs] = await db
      .select({ bytes: sum(jobs.input_bytes).mapWith(Number) })
      .from(jobs)
      .where(eq(jobs.user_id, userId))
    const [inArtifacts] = await db
      .select({ bytes: sum(artifacts.size).mapWith(Number) })
      .from(artifacts)
      .where(eq(artifacts.user_id, userId))
    return (inRecordings?.bytes ?? 0) + (inInputs?.bytes ?? 0) + (inArtifacts?.bytes ?? 0)
  },

  /** Of all accounts. */
  async allBytes(): Promise<number> {
    const { rows } = await db.execute<{ bytes: number }>(sql`
      select ((select coalesce(sum(${recordings.size}), 0) from ${recordings} where ${recordings.removed_at} is null)
        + (select coalesce(sum(${jobs.input_bytes}), 0) from ${jobs})
        + (select coalesce(sum(${artifacts.size}), 0) from ${artifacts}))::float8 as bytes`)
    return rows[0]?.bytes ?? 0
  },

  month: async (userId: string, month: string) => {
    const [row] = await db
      .select({ api_calls: usageMonths.api_calls, audio_seconds: usageMonths.audio_seconds, jobs: usageMonths.jobs })
      .from(usageMonths)
      .where(and(eq(usageMonths.user_id, userId), eq(usageMonths.month, month)))
    return row ?? { api_calls: 0, audio_seconds: 0, jobs: 0 }
  },
  list: (userId: string, period: Period, limit: number, offset: number) =>
    db
      .select()
      .from(usageEvents)
      .where(inPeriod(userId, period))
      .orderBy(desc(usageEvents.at), desc(usageEvents.id))
      .limit(limit)
      .offset(offset),
  async totals(userId: string, period: Period) {
    const [row] = await db
      .select({
        ...sums,
        tokens: total(usageEvents.tokens),
        characters: sql<number>`coalesce(sum(${usageEvents.characters}), 0)::float8`,
      })
      .from(usageEvents)
      .where(inPeriod(userId, period))
    return row!
  },
  byDay(userId: string, period: Period) {
    const day = sql<string>`to_char(${usageEvents.at} at time zone 'UTC', 'YYYY-MM-DD')`
    return db
      .select({ day, ...sums })
      .from(usageEvents)
      .where(inPeriod(userId, period))
      .groupBy(sql`1`)
      .orderBy(sql`1`)
  },
  byService: (userId: string, period: Period) =>
    db
      .select({ service: usageEvents.service, ...sums })
      .from(usageEvents)
      .where(inPeriod(userId, period))
      .groupBy(usageEvents.service)
      .orderBy(usageEvents.service),
})
export type UsageRepository = ReturnType<typeof usageRepository>
