import { and, desc, eq, gt, isNull, lt, ne, or } from 'drizzle-orm'
import type { Db } from '../platform/database/connect.ts'
import { sessions } from '../platform/database/schema/index.ts'

type Row = typeof sessions.$inferSelect

/** The SQL behind sessions. */
export const sessionRows = (db: Db) => ({
  async insert(it: typeof sessions.$inferInsert) {
    const [row] = await db.insert(sessions).values(it).returning({ id: sessions.id })
    return row!.id
  },
  async find(id: string): Promise<Row | null> {
    const [row] = await db.select().from(sessions).where(eq(sessions.id, id))
    return row ?? null
  },
  /** Runs with the row locked, so that two refreshes at once see one another. */
  locked: <T>(id: string, run: (row: Row | null, update: (it: Partial<Row>) => Promise<void>) => Promise<T>) =>
    db.transaction(async (tx) => {
      const [row] = await tx.select().from(sessions).where(eq(sessions.id, id)).for('update')
      return await run(row ?? null, async (it) => {
        await tx.update(sessions).set(it).where(eq(sessions.id, id))
      })
    }),
  async seen(id: string, at: Date, idleExpiresAt: Date) {
    await db.update(sessions).set({ last_seen_at: at, idle_expires_at: idleExpiresAt }).where(eq(sessions.id, id))
  },
  of: (userId: string, now: Date) =>
    db
      .select()
      .from(sessions)
      .where(
        and(
          eq(sessions.user_id, userId),
          isNull(sessions.revoked_at),
          gt(sessions.expires_at, now),
          gt(sessions.idle_expires_at, now),
        ),
      )
      .orderBy(desc(sessions.last_seen_at)),
  async revoke(now: Date, userId: string, id: string) {
    const rows = await db
      .update(sessions)
      .set({ revoked_at: now })
      .where(and(eq(sessions.id, id), eq(sessions.user_id, userId), isNull(sessions.revoked_at)))
      .returning({ id: sessions.id })
    return rows.map((row) => row.id)
  },
  async revokeAll(now: Date, userId: string, except?: string) {
    const rows = await db
      .update(sessions)
      .set({ revoked_at: now })
      .where(
        and(eq(sessions.user_id, userId), isNull(sessions.revoked_at), except ? ne(sessions.id, except) : undefined),
      )
      .returning({ id: sessions.id })
    return rows.map((row) => row.id)
  },
  async sweep(before: Date) {
    await db
      .delete(sessions)
      .where(or(lt(sessions.expires_at, before), lt(sessions.idle_expires_at, before), lt(sessions.revoked_at, before)))
  },
})
