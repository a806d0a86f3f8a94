import { and, asc, between, desc, eq, getTableColumns, gte, inArray, sql } from 'drizzle-orm'
import type { Db } from '../../platform/database/connect.ts'
import { conversations, edits, segments } from '../../platform/database/schema/index.ts'
import { inTransaction } from '../../platform/database/transaction.ts'
import type { EditRow, NewSegmentRow, SegmentRow } from './rows.ts'

const { search, user_id, ...columns } = getTableColumns(segments)

const names = Object.keys(columns) as (keyof typeof columns)[]

/** As a list for statements that are written out, where the table is called `s`. */
export const writtenColumns = sql.raw(names.map((name) => `s.${name}`).join(', '))

/** A row that is there already takes all from the one that replaces it. */
const replaced = Object.fromEntries(
  names.filter((name) => name !== 'id').map((name) => [name, sql.raw(`excluded.${name}`)]),
)

const ROWS_A_STATEMENT = 500

export interface Place {
  id: string
  user_id: string
}

export interface EditPlace {
  at: Date
  id: string
}

/** The rows of segments and of what people changed in them. Words are counted by the database, in its triggers. */
export const segmentRows = (db: Db) => ({
  page(transcriptId: string, fromIdx: number, limit: number, words: boolean): Promise<SegmentRow[]> {
    return db
      .select(words ? columns : { ...columns, words: sql<null>`null` })
      .from(segments)
      .where(and(eq(segments.transcript_id, transcriptId), gte(segments.idx, fromIdx)))
      .orderBy(asc(segments.idx))
      .limit(limit)
  },

  async all(transcriptId: string | null): Promise<SegmentRow[]> {
    if (!transcriptId) return []
    return await db
      .select({ ...columns, words: sql<null>`null` })
      .from(segments)
      .where(eq(segments.transcript_id, transcriptId))
      .orderBy(asc(segments.idx))
  },

  async find(transcriptId: string, ref: string | number): Promise<SegmentRow | null> {
    const which = typeof ref === 'number' ? eq(segments.idx, ref) : eq(segments.id, ref)
    const [row] = await db
      .select(columns)
      .from(segments)
      .where(and(eq(segments.transcript_id, transcriptId), which))
    return row ?? null
  },

  byIds: (transcriptId: string, ids: string[]): Promise<SegmentRow[]> =>
    db
      .select(columns)
      .from(segments)
      .where(and(eq(segments.transcript_id, transcriptId), inArray(segments.id, ids)))
      .orderBy(asc(segments.idx)),

  ofSpeaker: (transcriptId: string, speaker: string): Promise<SegmentRow[]> =>
    db
      .select(columns)
      .from(segments)
      .where(and(eq(segments.transcript_id, transcriptId), eq(segments.speaker, speaker)))
      .orderBy(asc(segments.idx)),

  containing: (transcriptId: string, pattern: string, matchCase: boolean): Promise<SegmentRow[]> =>
    db
      .select(columns)
      .from(segments)
      .where(
        and(
          eq(segments.transcript_id, transcriptId),
          matchCase ? sql`${segments.text} ~ ${pattern}` : sql`${segments.text} ~* ${pattern}`,
        ),
      )
      .orderBy(asc(segments.idx)),

  /** What the server itself heard: like `put`, with all that the engine knows, for a conversation that it feeds. */
  async keep(
    place: Place & { transcript_id: string },
    it: Omit<NewSegmentRow, 'conversation_id' | 'transcript_id' | 'user_id'>,
  ) {
    const [row] = await db
      .insert(segments)
      .values({ ...it, conversation_id: place.id, transcript_id: place.transcript_id, user_id: place.user_id })
      .onConflictDoNothing()
      .returning(columns)
    return row ?? null
  },

  /** Exchanges these rows for those, inside `inTurn`. */
  async exchange(place: Place, from: readonly SegmentRow[], to: readonly SegmentRow[]) {
    const staying = new Set(to.map((row) => row.id))
    const leaving = from.filter((row) => !staying.has(row.id)).map((row) => row.id)
    if (leaving.length > 0) await db.delete(segments).where(inArray(segments.id, leaving))
    for (let at = 0; at < to.length; at += ROWS_A_STATEMENT)
      await db
        .insert(segments)
        .values(to.slice(at, at + ROWS_A_STATEMENT).map((row) => ({ ...row, user_id: place.user_id })))
        .onConflictDoUpdate({ target: segments.id, set: replaced })
  },

  /**
   * Makes room for one more after this idx: what follows moves on, up to the first gap. Through negative numbers,
   * since two rows may never share one.
   */
  async makeRoom(transcriptId: string, afterIdx: number) {
    const next = sql`${segments.transcript_id} = ${transcriptId} and ${segments.idx}`
    const { rows } = await db.execute(sql`
      select coalesce(min(idx), ${afterIdx + 1}::int) as gap from (
        select n.idx + 1 as idx from segments n
        where n.transcript_id = ${transcriptId} and n.idx > ${afterIdx} and exists (
          select 1 from segments f where f.transcript_id = ${transcriptId} and f.idx = ${afterIdx + 1})
          and not exists (select 1 from segments f where f.transcript_id = ${transcriptId} and f.idx = n.idx + 1)
        order by n.idx limit 1) found`)
    const { gap } = rows[0] as { gap: number }
    if (gap === afterIdx + 1) return
    await db
      .update(segments)
      .set({ idx: sql`-${segments.idx} - 2` })
      .where(sql`${next} > ${afterIdx} and ${segments.idx} < ${gap}`)
    await db
      .update(segments)
      .set({ idx: sql`-${segments.idx} - 1` })
      .where(sql`${next} < 0`)
  },

  async isTaken(transcriptId: string, idx: number) {
    const [row] = await db
      .select({ id: segments.id })
      .from(segments)
      .where(and(eq(segments.transcript_id, transcriptId), eq(segments.idx, idx)))
    return row !== undefined
  },

  async countBetween(transcriptId: string, first: number, last: number): Promise<number> {
    return await db.$count(segments, and(eq(segments.transcript_id, transcriptId), between(segments.idx, first, last)))
  },

  async recordEdit(it: typeof edits.$inferInsert): Promise<string> {
    const [row] = await db.insert(edits).values(it).returning({ id: edits.id })
    return row!.id
  },

  async edit(conversationId: string, id: string): Promise<EditRow | null> {
    const [row] = await db
      .select()
      .from(edits)
      .where(and(eq(edits.id, id), eq(edits.conversation_id, conversationId)))
    return row ?? null
  },

  async markUndone(id: string, at: Date | null) {
    await db.update(edits).set({ undone_at: at }).where(eq(edits.id, id))
  },

  editsOf: (
    conversationId: string,
    { segmentId, before, limit }: { segmentId?: string | undefined; before: EditPlace | null; limit: number },
  ) =>
    db
      .select()
      .from(edits)
      .where(
        and(
          eq(edits.conversation_id, conversationId),
          segmentId ? eq(edits.segment_id, segmentId) : undefined,
          before
            ? sql`(${edits.at}, ${edits.id}) < (${before.at.toISOString()}::timestamptz, ${before.id}::uuid)`
            : undefined,
        ),
      )
      .orderBy(desc(edits.at), desc(edits.id))
      .limit(limit),
})

export type SegmentRows = ReturnType<typeof segmentRows>

/**
 * Work on the segments of one conversation, for which all writers take turns: what is read inside stays as it is until
 * the work is done. Every change of a page is behind the revision that this counts up.
 */
export const takingTurns =
  (db: Db) =>
  <T>(conversationId: string, work: (rows: SegmentRows) => Promise<T>): Promise<T> =>
    inTransaction(db, async (tx) => {
      await tx
        .update(conversations)
        .set({ revision: sql`${conversations.revision} + 1`, updated_at: new Date() })
        .where(eq(conversations.id, conversationId))
      return await work(segmentRows(tx))
    })

export type InTurn = ReturnType<typeof takingTurns>
