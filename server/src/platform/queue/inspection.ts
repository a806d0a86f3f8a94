import { sql } from 'drizzle-orm'
import type { Db } from '../database/connect.ts'

export interface QueuedJob {
  id: string
  queue: string
  state: string
  data: Record<string, unknown>
  user_id: string | null
  attempts: number
  error: string | null
  created_at: Date
  started_at: Date | null
  completed_at: Date | null
}

const LIVING = ['created', 'retry', 'active']
/** Work of the clock that nobody asked for. */
const INTERNAL = '\\_\\_pgboss\\_\\_%'

/** Looks at the queue's tables. Changes nothing: that is the queue's own business. */
export const queueInspection = (db: Db) => ({
  /** Of these ids, in this member of the payload, those for which work waits or runs. */
  async alive(queue: string, member: string, ids: readonly string[]): Promise<Set<string>> {
    if (ids.length === 0) return new Set()
    const { rows } = await db.execute<{ id: string }>(sql`
      select distinct data ->> ${member} as id from pgboss.job
      where name = ${queue} and state::text = any(${sql.param(LIVING)}::text[])
        and data ->> ${member} = any(${sql.param([...ids])}::text[])`)
    return new Set(rows.map((it) => it.id))
  },

  async find(queue: string, id: string): Promise<{ state: string; data: Record<string, unknown> } | null> {
    const { rows } = await db.execute<{ state: string; data: Record<string, unknown> | null }>(
      sql`select state::text as state, data from pgboss.job where name = ${queue} and id::text = ${id}`,
    )
    const [row] = rows
    return row ? { state: row.state, data: row.data ?? {} } : null
  },

  /** Work that is due and waits, the seconds that the oldest waits for, and what is at work. */
  async backlog(): Promise<{ waiting: number; oldestSeconds: number; active: number }> {
    const { rows } = await db.execute<{ waiting: number; oldest: number; active: number }>(sql`
      select count(*) filter (where state::text <> 'active')::int as waiting,
        coalesce(extract(epoch from max(now() - start_after) filter (where state::text <> 'active')), 0)::float8 as oldest,
        count(*) filter (where state::text = 'active')::int as active
      from pgboss.job
      where name not like ${INTERNAL} and (state::text = 'active' or (state::text in ('created', 'retry') and start_after <= now()))`)
    const [row] = rows
    return { waiting: row?.waiting ?? 0, oldestSeconds: row?.oldest ?? 0, active: row?.active ?? 0 }
  },

  /** The newest first. Where no state is asked for, without the routine that nobody asked for and that went well. */
  async list(state: string | undefined, limit: number): Promise<QueuedJob[]> {
    const { rows } = await db.execute<Record<string, unknown>>(sql`
      select id::text as id, name as queue, state::text as state, data, group_id as user_id, retry_count,
        output ->> 'message' as error, created_on, started_on, completed_on
      from pgboss.job
      where name not like ${INTERNAL} and case when ${state ?? null}::text is null then group_id is not null or state <> 'completed'
          else state::text = ${state ?? null} end
      order by created_on desc limit ${limit}`)
    return rows.map((it) => ({
      id: String(it.id),
      queue: String(it.queue),
      state: String(it.state),
      data: (it.data ?? {}) as Record<string, unknown>,
      user_id: it.user_id === null ? null : String(it.user_id),
      attempts: Number(it.retry_count) + (it.started_on ? 1 : 0),
      error: it.error === null ? null : String(it.error),
      created_at: new Date(it.created_on as string),
      started_at: it.started_on ? new Date(it.started_on as string) : null,
      completed_at: it.completed_on ? new Date(it.completed_on as string) : null,
    }))
  },

  async counts(): Promise<Record<string, number>> {
    const { rows } = await db.execute<{ state: string; jobs: number }>(sql`
      select state::text as state, count(*)::int as jobs from pgboss.job where name not like ${INTERNAL} group by 1`)
    return Object.fromEntries(rows.map(({ state, jobs }) => [state, jobs]))
  },
})
export type QueueInspection = ReturnType<typeof queueInspection>
