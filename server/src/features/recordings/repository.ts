import { and, desc, eq, getTableColumns, isNull, lt, ne, sql } from 'drizzle-orm'
import type { Db } from '../../platform/database/connect.ts'
import { conversations, doomedFiles, recordings, users } from '../../platform/database/schema/index.ts'
import type { ConversationRow } from '../conversations/index.ts'

export type RecordingRow = typeof recordings.$inferSelect
const { title_search, ...conversationColumns } = getTableColumns(conversations)

/** The rows of recordings, and of the files that nobody may have claimed yet. */
export const recordingRepository = (db: Db) => ({
  async insertConversation(it: typeof conversations.$inferInsert, tx: Db): Promise<ConversationRow> {
    const [row] = await tx.insert(conversations).values(it).returning(conversationColumns)
    return row!
  },

  async updateConversation(id: string, it: Partial<ConversationRow>, tx: Db = db): Promise<ConversationRow | null> {
    const [row] = await tx
      .update(conversations)
      .set({ ...it, updated_at: new Date(), revision: sql`${conversations.revision} + 1` })
      .where(and(eq(conversations.id, id), isNull(conversations.deleted_at)))
      .returning(conversationColumns)
    return row ?? null
  },

  async find(conversationId: string): Promise<ConversationRow | null> {
    const [row] = await db
      .select(conversationColumns)
      .from(conversations)
      .where(and(eq(conversations.id, conversationId), isNull(conversations.deleted_at)))
    return row ?? null
  },

  async hold(conversationId: string, tx: Db): Promise<ConversationRow | null> {
    const [row] = await tx
      .select(conversationColumns)
      .from(conversations)
      .where(and(eq(conversations.id, conversationId), isNull(conversations.deleted_at)))
      .for('update')
    return row ?? null
  },

  async insert(it: typeof recordings.$inferInsert, tx: Db) {
    await tx.insert(recordings).values(it)
  },

  async of(conversationId: string): Promise<RecordingRow | null> {
    const [row] = await db.select().from(recordings).where(eq(recordings.conversation_id, conversationId))
    return row ?? null
  },

  /** For work that has no caller. */
  async owner(userId: string) {
    const [row] = await db.select({ userId: users.id, plan: users.plan }).from(users).where(eq(users.id, userId))
    return row ?? null
  },

  async sameContent(userId: string, sha256: string, except: string, tx: Db = db): Promise<string | null> {
    const [row] = await tx
      .select({ id: recordings.conversation_id })
      .from(recordings)
      .innerJoin(conversations, eq(conversations.id, recordings.conversation_id))
      .where(
        and(
          eq(recordings.user_id, userId),
          eq(recordings.sha256, sha256),
          ne(recordings.conversation_id, except),
          isNull(conversations.deleted_at),
        ),
      )
      .orderBy(desc(conversations.created_at))
      .limit(1)
    return row?.id ?? null
  },

  /** Entered before the file is written: should we die in between, the sweep finds it. */
  async doom(key: string, removeAfter: Date) {
    await db
      .insert(doomedFiles)
      .values({ storage_key: key, remove_after: removeAfter })
      .onConflictDoUpdate({ target: doomedFiles.storage_key, set: { remove_after: removeAfter } })
  },

  async postpone(key: string, removeAfter: Date) {
    await db.update(doomedFiles).set({ remove_after: removeAfter }).where(eq(doomedFiles.storage_key, key))
  },

  /** False: the sweep was faster, and the file is gone. */
  async claim(key: string, tx: Db): Promise<boolean> {
    const rows = await tx.delete(doomedFiles).where(eq(doomedFiles.storage_key, key)).returning()
    return rows.length > 0
  },

  async forget(key: string) {
    await db.delete(doomedFiles).where(eq(doomedFiles.storage_key, key))
  },

  /** Of an upload that never became a recording. */
  async discardDraft(conversationId: string) {
    await db.delete(conversations).where(and(eq(conversations.id, conversationId), eq(conversations.status, 'draft')))
  },

  async discardDraftsBefore(before: Date) {
    await db
      .delete(conversations)
      .where(
        and(
          eq(conversations.status, 'draft'),
          eq(conversations.source, 'upload'),
          lt(conversations.updated_at, before),
        ),
      )
  },
})

export type RecordingRepository = ReturnType<typeof recordingRepository>
