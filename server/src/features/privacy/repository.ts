import { and, asc, eq, gt, inArray, isNotNull, isNull, lte, ne, or, sql } from 'drizzle-orm'
import type { Db } from '../../platform/database/connect.ts'
import {
  conversations,
  conversationTranslations,
  doomedFiles,
  events,
  liveSessions,
  recordings,
  segments,
  translatedSegments,
  users,
} from '../../platform/database/schema/index.ts'

/** Rows that one statement removes: bounded, so that nobody else waits long. */
const ROWS_A_BATCH = 5_000

/** Nothing is being recorded or recognised for it. */
const idle = and(
  ne(conversations.status, 'processing'),
  sql`not exists (select 1 from ${liveSessions}
    where ${and(eq(liveSessions.conversation_id, conversations.id), ne(liveSessions.state, 'finished'))})`,
)

export interface Doomed {
  id: string
  user_id: string
}

export const privacyRepository = (db: Db) => ({
  /** Hidden at this moment or before, whoever's. */
  hiddenUntil: (moment: Date, limit: number): Promise<Doomed[]> =>
    db
      .select({ id: conversations.id, user_id: conversations.user_id })
      .from(conversations)
      .where(and(isNotNull(conversations.deleted_at), lte(conversations.deleted_at, moment)))
      .limit(limit),

  conversationsOf: (userId: string, limit: number): Promise<Doomed[]> =>
    db
      .select({ id: conversations.id, user_id: conversations.user_id })
      .from(conversations)
      .where(eq(conversations.user_id, userId))
      .limit(limit),

  /** Some of the many rows below a conversation; false when none is left. */
  async removeSegments(conversationId: string): Promise<boolean> {
    const some = db
      .select({ id: segments.id })
      .from(segments)
      .where(eq(segments.conversation_id, conversationId))
      .limit(ROWS_A_BATCH)
    const { translation_id, segment_id } = translatedSegments
    const someTranslated = db
      .select({ translation_id, segment_id })
      .from(translatedSegments)
      .innerJoin(conversationTranslations, eq(conversationTranslations.id, translation_id))
      .where(eq(conversationTranslations.conversation_id, conversationId))
      .limit(ROWS_A_BATCH)
    const removed = await Promise.all([
      db.delete(segments).where(inArray(segments.id, some)).returning({ id: segments.id }),
      db
        .delete(translatedSegments)
        .where(sql`(${translation_id}, ${segment_id}) in ${someTranslated}`)
        .returning({ id: segment_id }),
    ])
    return removed.some((rows) => rows.length === ROWS_A_BATCH)
  },

  /** The row goes and its files are named for removal at the same moment. */
  removeConversation: ({ id, user_id }: Doomed, now: Date) =>
    db.transaction(async (tx) => {
      const kept = await tx
        .select({ key: recordings.storage_key })
        .from(recordings)
        .where(eq(recordings.conversation_id, id))
      const keys = [...kept.map((it) => it.key), `users/${user_id}/conversations/${id}/`]
      await tx
        .insert(doomedFiles)
        .values(keys.map((storage_key) => ({ storage_key, remove_after: now })))
        .onConflictDoUpdate({ target: doomedFiles.storage_key, set: { remove_after: now } })
      await tx.delete(conversations).where(eq(conversations.id, id))
      // What pages were told of it, titles and all; that it was deleted may still be news to one.
      const about = or(sql`${events.data}->>'id' = ${id}`, sql`${events.data}->>'conversation_id' = ${id}`)
      await tx.delete(events).where(and(eq(events.user_id, user_id), about, sql`not ${events.data} ? 'deleted'`))
      return keys
    }),

  /**
   * Takes one file that is due, and holds it while it is removed: whoever wants to claim it waits, and then finds that
   * it is too late. False: nothing is due.
   */
  withDueFile: (now: Date, remove: (key: string) => Promise<Date | null>): Promise<boolean> =>
    db.transaction(async (tx) => {
      const [due] = await tx
        .select({ key: doomedFiles.storage_key })
        .from(doomedFiles)
        .where(lte(doomedFiles.remove_after, now))
        .orderBy(asc(doomedFiles.remove_after))
        .limit(1)
        .for('update', { skipLocked: true })
      if (!due) return false
      const again = await remove(due.key)
      const row = eq(doomedFiles.storage_key, due.key)
      if (again) await tx.update(doomedFiles).set({ remove_after: again }).where(row)
      else await tx.delete(doomedFiles).where(row)
      return true
    }),

  doom: (key: string, after: Date) =>
    db
      .insert(doomedFiles)
      .values({ storage_key: key, remove_after: after })
      .onConflictDoUpdate({ target: doomedFiles.storage_key, set: { remove_after: after } }),

  /** From here on no credential of this account opens anything. */
  close: (userId: string, key: string, now: Date) =>
    db.transaction(async (tx) => {
      await tx.update(users).set({ is_active: false }).where(eq(users.id, userId))
      await tx
        .insert(doomedFiles)
        .values({ storage_key: key, remove_after: now })
        .onConflictDoUpdate({ target: doomedFiles.storage_key, set: { remove_after: now } })
    }),

  /** Closed accounts whose removal was interrupted. */
  async closedAccounts(now: Date): Promise<string[]> {
    const rows = await db
      .select({ id: users.id })
      .from(doomedFiles)
      .innerJoin(users, eq(doomedFiles.storage_key, sql`'users/' || ${users.id} || '/'`))
      .where(and(lte(doomedFiles.remove_after, now), eq(users.is_active, false)))
    return rows.map((row) => row.id)
  },

  /** The last of an account: what pages were told, and the row itself with all that hangs on it. */
  async removeUser(userId: string) {
    await db.delete(events).where(eq(events.user_id, userId))
    await db.delete(users).where(eq(users.id, userId))
  },

  /** Who wants old things to go, a few at a time. */
  withRetention: (after: string | null, limit: number) =>
    db
      .select({ id: users.id, settings: users.settings })
      .from(users)
      .where(
        and(
          after ? gt(users.id, after) : undefined,
          sql`(${users.settings}->>'keep_audio_days' is not null or ${users.settings}->>'keep_conversations_days' is not null)`,
        ),
      )
      .orderBy(asc(users.id))
      .limit(limit),

  oldConversations: (userId: string, before: Date, limit: number) =>
    db
      .select({ id: conversations.id, user_id: conversations.user_id })
      .from(conversations)
      .where(
        and(
          eq(conversations.user_id, userId),
          isNull(conversations.deleted_at),
          lte(conversations.created_at, before),
          idle,
        ),
      )
      .limit(limit),

  hide: (ids: string[], at: Date) =>
    db.update(conversations).set({ deleted_at: at }).where(inArray(conversations.id, ids)),

  /** Old recordings of one user: named for removal, gone from their conversations. Answers whose they were. */
  forgetOldAudio: (userId: string, before: Date, now: Date, limit: number): Promise<string[]> =>
    db.transaction(async (tx) => {
      const old = await tx
        .select({ id: recordings.conversation_id, key: recordings.storage_key })
        .from(recordings)
        .innerJoin(conversations, eq(conversations.id, recordings.conversation_id))
        .where(
          and(
            eq(recordings.user_id, userId),
            isNull(recordings.removed_at),
            lte(conversations.created_at, before),
            idle,
          ),
        )
        .limit(limit)
        .for('update')
      if (old.length === 0) return []
      const ids = old.map((it) => it.id)
      await tx
        .insert(doomedFiles)
        .values(
          old.flatMap(({ id, key }) =>
            [key, `users/${userId}/conversations/${id}/beeped/`].map((storage_key) => ({
              storage_key,
              remove_after: now,
            })),
          ),
        )
        .onConflictDoUpdate({ target: doomedFiles.storage_key, set: { remove_after: now } })
      await tx.update(recordings).set({ removed_at: now, peaks: null }).where(inArray(recordings.conversation_id, ids))
      await tx
        .update(conversations)
        .set({ revision: sql`${conversations.revision} + 1` })
        .where(inArray(conversations.id, ids))
      return ids
    }),
})

export type PrivacyRepository = ReturnType<typeof privacyRepository>
