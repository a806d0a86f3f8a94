import { and, asc, eq, getTableColumns } from 'drizzle-orm'
import type { Db } from '../../platform/database/connect.ts'
import { tasks } from '../../platform/database/schema/index.ts'

const { conversation_id, created_at, ...columns } = getTableColumns(tasks)

type New = Omit<typeof tasks.$inferInsert, 'id' | 'conversation_id' | 'created_at'>

/** Every look-up names the conversation: a task of another one is as good as none. */
export const taskRepository = (db: Db) => {
  const one = (conversationId: string, id: string) => and(eq(conversation_id, conversationId), eq(tasks.id, id))
  return {
    of: (conversationId: string) =>
      db.select(columns).from(tasks).where(eq(conversation_id, conversationId)).orderBy(asc(created_at), asc(tasks.id)),
    async insert(conversationId: string, it: New) {
      const [row] = await db
        .insert(tasks)
        .values({ ...it, conversation_id: conversationId })
        .returning(columns)
      return row!
    },
    async update(conversationId: string, id: string, it: Partial<New>) {
      const [row] = await db.update(tasks).set(it).where(one(conversationId, id)).returning(columns)
      return row ?? null
    },
    async remove(conversationId: string, id: string) {
      const rows = await db.delete(tasks).where(one(conversationId, id)).returning({ id: tasks.id })
      return rows.length > 0
    },
  }
}

export type TaskRepository = ReturnType<typeof taskRepository>
