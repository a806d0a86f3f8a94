import { and, asc, eq, gt, lt, sql } from 'drizzle-orm'
import type { Db } from '../../platform/database/connect.ts'
import { events } from '../../platform/database/schema/index.ts'

export interface StoredEvent {
  id: number
  kind: string
  data: unknown
}

export const eventRepository = (db: Db) => ({
  /**
   * Numbers are given in the order of commits, one user at a time: else a page that has seen a later number would
   * never be told of an earlier one that was committed after it.
   */
  async insert(userId: string, kind: string, data: unknown, tx: Db) {
    await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${userId}, 7))`)
    await tx.insert(events).values({ user_id: userId, kind, data })
  },

  since: (userId: string, after: number, limit: number): Promise<StoredEvent[]> =>
    db
      .select({ id: events.id, kind: events.kind, data: events.data })
      .from(events)
      .where(and(eq(events.user_id, userId), gt(events.id, after)))
      .orderBy(asc(events.id))
      .limit(limit),

  async newest(userId: string): Promise<number> {
    const [row] = await db
      .select({ id: sql<number>`coalesce(max(${events.id}), 0)::float8` })
      .from(events)
      .where(eq(events.user_id, userId))
    return row?.id ?? 0
  },

  prune: (before: Date) => db.delete(events).where(lt(events.at, before)),
})
