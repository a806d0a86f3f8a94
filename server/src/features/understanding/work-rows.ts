import { and, eq, inArray } from 'drizzle-orm'
import type { Db } from '../../platform/database/connect.ts'
import {
  type conversationInsights,
  conversations,
  type conversationTranslations,
} from '../../platform/database/schema/index.ts'

/** Work that stood still for so long was lost with its process, and may be begun again. */
const LOST_AFTER_MS = 15 * 60_000

export type WorkStatus = 'queued' | 'running' | 'done' | 'failed'

export const isOpen = ({ status }: { status: WorkStatus }) => status === 'queued' || status === 'running'

export const isUnderWay = (row: { status: WorkStatus; updated_at: Date }, now: Date) =>
  isOpen(row) && now.getTime() - row.updated_at.getTime() < LOST_AFTER_MS

/** Whoever else would add something to this conversation waits until the transaction ends. */
export const takingTurns = async (tx: Db, conversationId: string) => {
  await tx
    .select({ id: conversations.id })
    .from(conversations)
    .where(eq(conversations.id, conversationId))
    .for('update')
}

/** How far a row's work is. Each answers false where the row is gone: then there is nothing to work for. */
export interface WorkRows {
  begin(id: string): Promise<boolean>
  progress(id: string, progress: number): Promise<boolean>
  fail(id: string, error: string): Promise<boolean>
  /** Ends what is open for these conversations; the ids of what that was. */
  abandon(conversationIds: string[], error: string): Promise<string[]>
}

export function workRows(
  db: Db,
  table: typeof conversationTranslations | typeof conversationInsights,
  now: () => Date,
): WorkRows {
  const change = async (
    id: string,
    from: readonly WorkStatus[],
    it: { status: WorkStatus; progress?: number; error?: string | null },
  ) => {
    const rows = await db
      .update(table)
      .set({ ...it, updated_at: now() })
      .where(and(eq(table.id, id), inArray(table.status, [...from])))
      .returning({ id: table.id })
    return rows.length > 0
  }
  return {
    begin: (id) => change(id, ['queued', 'running'], { status: 'running', error: null }),
    progress: (id, progress) => change(id, ['running'], { status: 'running', progress }),
    fail: (id, error) => change(id, ['queued', 'running'], { status: 'failed', error }),
    async abandon(conversationIds, error) {
      const rows = await db
        .update(table)
        .set({ status: 'failed', error, updated_at: now() })
        .where(and(inArray(table.conversation_id, conversationIds), inArray(table.status, ['queued', 'running'])))
        .returning({ id: table.id })
      return rows.map((row) => row.id)
    },
  }
}
