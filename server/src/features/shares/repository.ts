import { and, asc, desc, eq, getTableColumns, isNull, sql } from 'drizzle-orm'
import type { Db } from '../../platform/database/connect.ts'
import { comments, conversations, shares } from '../../platform/database/schema/index.ts'

export type ShareRow = typeof shares.$inferSelect
const { conversation_id, share_id, ...commentColumns } = getTableColumns(comments)

export const shareRepository = (db: Db) => ({
  async insert(it: typeof shares.$inferInsert) {
    const [row] = await db.insert(shares).values(it).returning()
    return row!
  },

  of: (conversationId: string) =>
    db
      .select({
        ...getTableColumns(shares),
        comments: sql<number>`(select count(*)::int from ${comments} where ${eq(comments.share_id, shares.id)})`,
      })
      .from(shares)
      .where(and(eq(shares.conversation_id, conversationId), isNull(shares.revoked_at)))
      .orderBy(desc(shares.created_at)),

  async revoke(conversationId: string, id: string, at: Date) {
    const rows = await db
      .update(shares)
      .set({ revoked_at: at })
      .where(and(eq(shares.conversation_id, conversationId), eq(shares.id, id), isNull(shares.revoked_at)))
      .returning({ id: shares.id })
    return rows.length > 0
  },

  /** With its owner; whether it may still be used is the service's question. */
  async byHash(hash: string) {
    const [row] = await db
      .select({ share: getTableColumns(shares), ownerId: conversations.user_id, deletedAt: conversations.deleted_at })
      .from(shares)
      .innerJoin(conversations, eq(conversations.id, shares.conversation_id))
      .where(eq(shares.token_hash, hash))
    return row ?? null
  },

  async countView(id: string) {
    await db
      .update(shares)
      .set({ views: sql`${shares.views} + 1` })
      .where(eq(shares.id, id))
  },

  commentsOf: (conversationId: string) =>
    db
      .select(commentColumns)
      .from(comments)
      .where(eq(conversation_id, conversationId))
      .orderBy(asc(comments.created_at), asc(comments.id)),

  commentsThrough: (shareId: string) =>
    db
      .select(commentColumns)
      .from(comments)
      .where(eq(share_id, shareId))
      .orderBy(asc(comments.created_at), asc(comments.id)),

  async insertComment(it: typeof comments.$inferInsert) {
    const [row] = await db.insert(comments).values(it).returning(commentColumns)
    return row!
  },

  async removeComment(conversationId: string, id: string) {
    const rows = await db
      .delete(comments)
      .where(and(eq(conversation_id, conversationId), eq(comments.id, id)))
      .returning({ id: comments.id })
    return rows.length > 0
  },
})

export type ShareRepository = ReturnType<typeof shareRepository>
export type CommentRow = Awaited<ReturnType<ShareRepository['commentsOf']>>[number]
