import type { Insights } from '@mina/contract'
import { and, desc, eq, getTableColumns, inArray, max, sql } from 'drizzle-orm'
import type { Db } from '../../platform/database/connect.ts'
import { conversationInsights, conversations, edits, tasks } from '../../platform/database/schema/index.ts'
import { inTransaction } from '../../platform/database/transaction.ts'
import { isUnderWay, takingTurns, workRows } from './work-rows.ts'

const { content, ...columns } = getTableColumns(conversationInsights)
export type InsightRow = Omit<typeof conversationInsights.$inferSelect, 'content'>
export type TaskRow = typeof tasks.$inferSelect
export type NewTaskRow = typeof tasks.$inferInsert & { segment_id: string | null }

/** Edited since it was read, or another transcript is read now. */
const stale = sql<boolean>`(${conversationInsights.transcript_id} is distinct from ${conversations.transcript_id} or exists (
  select 1 from ${edits} where ${edits.conversation_id} = ${conversationInsights.conversation_id}
  and greatest(${edits.at}, ${edits.undone_at}) > ${conversationInsights.read_at}))`

export function insightRows(db: Db, now: () => Date) {
  const { id, conversation_id, version, status } = conversationInsights

  return {
    work: workRows(db, conversationInsights, now),

    versions: (conversationId: string) =>
      db
        .select({ ...columns, stale })
        .from(conversationInsights)
        .innerJoin(conversations, eq(conversations.id, conversation_id))
        .where(eq(conversation_id, conversationId))
        .orderBy(desc(version)),

    async content(conversationId: string, insightsId: string): Promise<Insights | null> {
      const [row] = await db
        .select({ content })
        .from(conversationInsights)
        .where(and(eq(conversation_id, conversationId), eq(id, insightsId), eq(status, 'done')))
      return row?.content ?? null
    },

    async byId(insightsId: string): Promise<InsightRow | null> {
      const [row] = await db.select(columns).from(conversationInsights).where(eq(id, insightsId))
      return row ?? null
    },

    /** A new version and its job, together; the same wish while it is under way is the same version. */
    async request(
      conversationId: string,
      wanted: { template: string; engine: InsightRow['engine'] },
      send: (id: string, tx: Db) => Promise<void>,
    ): Promise<string> {
      return await inTransaction(db, async (tx) => {
        await takingTurns(tx, conversationId)
        const open = await tx
          .select(columns)
          .from(conversationInsights)
          .where(
            and(
              eq(conversation_id, conversationId),
              eq(conversationInsights.template, wanted.template),
              eq(conversationInsights.engine, wanted.engine),
              inArray(status, ['queued', 'running']),
            ),
          )
        const same = open.find((row) => isUnderWay(row, now()))
        if (same) return same.id
        const [last] = await tx
          .select({ version: max(version) })
          .from(conversationInsights)
          .where(eq(conversation_id, conversationId))
        const [row] = await tx
          .insert(conversationInsights)
          .values({
            conversation_id: conversationId,
            version: (last?.version ?? 0) + 1,
            ...wanted,
            updated_at: now(),
          })
          .returning({ id })
        await send(row!.id, tx)
        return row!.id
      })
    },

    async finish(insightsId: string, it: { content: Insights; transcript_id: string | null; read_at: Date }) {
      const rows = await db
        .update(conversationInsights)
        .set({ ...it, status: 'done', progress: 1, error: null, updated_at: now() })
        .where(and(eq(id, insightsId), eq(status, 'running')))
        .returning({ id })
      return rows.length > 0
    },

    async remove(conversationId: string, insightsId: string): Promise<boolean> {
      const rows = await db
        .delete(conversationInsights)
        .where(and(eq(conversation_id, conversationId), eq(id, insightsId)))
        .returning({ id })
      return rows.length > 0
    },

    /** Enters what is not a task yet: the same words from the same place are the same task. */
    async takeTasks(conversationId: string, wanted: readonly NewTaskRow[]): Promise<TaskRow[]> {
      return await inTransaction(db, async (tx) => {
        await takingTurns(tx, conversationId)
        const there = await tx.select().from(tasks).where(eq(tasks.conversation_id, conversationId))
        const taken: TaskRow[] = []
        for (const it of wanted) {
          const same = (row: TaskRow) => row.text === it.text && row.segment_id === it.segment_id
          const known = there.find(same) ?? taken.find(same)
          if (known) {
            if (!taken.includes(known)) taken.push(known)
            continue
          }
          const [row] = await tx.insert(tasks).values(it).returning()
          taken.push(row!)
        }
        return taken
      })
    },
  }
}
export type InsightRows = ReturnType<typeof insightRows>
