import { and, asc, eq, getTableColumns } from 'drizzle-orm'
import type { Db } from '../../platform/database/connect.ts'
import { highlights } from '../../platform/database/schema/index.ts'

const { conversation_id, created_at, ...columns } = getTableColumns(highlights)

type New = Omit<typeof highlights.$inferInsert, 'id' | 'conversation_id' | 'created_at'>

/** Every look-up names the conversation: a highlight of another one is as good as none. */
export const highlightRepository = (db: Db) => {
  const one = (conversationId: string, id: string) => and(eq(conversation_id, conversationId), eq(highlights.id, id))
  return {
    of: (conversationId: string) =>
      db
        .select(columns)
        .from(highlights)
        .where(eq(conversation_id, conversationId))
        .orderBy(asc(highlights.start_ms), asc(created_at)),
    async insert(conversationId: string, it: New) {
      const [row] = await db
        .insert(highlights)
        .values({ ...it, conversation_id: conversationId })
        .returning(columns)
      return row!
    },
    async update(conversationId: string, id: string, it: Partial<New>) {
      const [row] = await db.update(highlights).set(it).where(one(conversationId, id)).returning(columns)
      return row ?? null
    },
    async remove(conversationId: string, id: string) {
      const rows = await db.delete(highlights).where(one(conversationId, id)).returning({ id: highlights.id })
      return rows.length > 0
    },
    async clear(conversationId: string) {
      await db.delete(highlights).where(eq(conversation_id, conversationId))
    },
  }
}

export type HighlightRepository = ReturnType<typeof highlightRepository>
