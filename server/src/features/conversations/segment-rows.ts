import { and, asc, eq, getTableColumns, gte, inArray, sql } from 'drizzle-orm'
import type { Db } from '../../platform/database/connect.ts'
import { conversations, edits, segments } from '../../platform/database/schema/index.ts'
import type { EditRow, NewSegmentRow, SegmentRow } from './rows.ts'

const { search, user_id, ...columns } = getTableColumns(segments)

/** Where a segment goes: the transcript that is read now. */
export interface Place {
  id: string
  user_id: string
  transcript_id: string | null
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

  /**
   * Adds a segment or replaces the one with its idx: a final replaces what is there unless a person edited it, an
   * interim replaces interims only. One statement, so that two writers can not interleave. null: what is there stays.
   */
  async put(
    place: Place,
    it: Omit<NewSegmentRow, 'conversation_id' | 'transcript_id' | 'user_id'>,
  ): Promise<SegmentRow | null> {
    const [row] = await db
      .insert(segments)
      .values({ ...it, conversation_id: place.id, transcript_id: place.transcript_id!, user_id: place.user_id })
      .onConflictDoUpdate({
        target: [segments.transcript_id, segments.idx],
        set: {
          text: sql`excluded.text`,
          start_ms: sql`excluded.start_ms`,
          end_ms: sql`excluded.end_ms`,
          is_final: sql`excluded.is_final`,
          speaker: sql`coalesce(excluded.speaker, ${segments.speaker})`,
          confidence: sql`excluded.confidence`,
          words: sql`excluded.words`,
          words_estimated: sql`excluded.words_estimated`,
          doubtful: sql`excluded.doubtful`,
          word_count: sql`excluded.word_count`,
          revision: sql`${segments.revision} + 1`,
        },
        setWhere: sql`${segments.edited_at} is null and (excluded.is_final or not ${segments.is_final})`,
      })
      .returning(columns)
    return row ?? null
  },

  /** Exchanges these rows for those, for whoever still finds them as they were. False: somebody was faster. */
  async exchange(place: Place, from: readonly SegmentRow[], to: readonly SegmentRow[], tx: Db): Promise<boolean> {
    const held = await tx
      .select({ id: segments.id, revision: segments.revision })
      .from(segments)
      .where(
        and(
          eq(segments.transcript_id, place.transcript_id!),
          inArray(
            segments.id,
            from.map((row) => row.id),
          ),
        ),
      )
      .for('update')
    const revisions = new Map(held.map((row) => [row.id, row.revision]))
    if (from.some((row) => revisions.get(row.id) !== row.revision)) return false
    const staying = new Set(to.map((row) => row.id))
    const leaving = from.filter((row) => !staying.has(row.id)).map((row) => row.id)
    if (leaving.length > 0) await tx.delete(segments).where(inArray(segments.id, leaving))
    for (const row of to) {
      const values = { ...row, user_id: place.user_id }
      if (revisions.has(row.id)) await tx.update(segments).set(values).where(eq(segments.id, row.id))
      else await tx.insert(segments).values(values)
    }
    return true
  },

  /** Makes room for one more after this idx. Through negative numbers, since two rows may never share one. */
  async makeRoom(transcriptId: string, afterIdx: number, tx: Db) {
    const following = and(eq(segments.transcript_id, transcriptId), sql`${segments.idx} > ${afterIdx}`)
    await tx
      .update(segments)
      .set({ idx: sql`-${segments.idx} - 2` })
      .where(following)
    await tx
      .update(segments)
      .set({ idx: sql`-${segments.idx} - 1` })
      .where(and(eq(segments.transcript_id, transcriptId), sql`${segments.idx} < 0`))
  },

  async isTaken(transcriptId: string, idx: number, tx: Db) {
    const [row] = await tx
      .select({ id: segments.id })
      .from(segments)
      .where(and(eq(segments.transcript_id, transcriptId), eq(segments.idx, idx)))
    return row !== undefined
  },

  /** Every change of a page is behind this number. */
  async touch(conversationId: string, tx: Db) {
    await tx
      .update(conversations)
      .set({ revision: sql`${conversations.revision} + 1`, updated_at: new Date() })
      .where(eq(conversations.id, conversationId))
  },

  async recordEdit(it: typeof edits.$inferInsert, tx: Db): Promise<string> {
    const [row] = await tx.insert(edits).values(it).returning({ id: edits.id })
    return row!.id
  },

  async edit(conversationId: string, id: string): Promise<EditRow | null> {
    const [row] = await db
      .select()
      .from(edits)
      .where(and(eq(edits.id, id), eq(edits.conversation_id, conversationId)))
    return row ?? null
  },

  async markUndone(id: string, at: Date | null, tx: Db) {
    await tx.update(edits).set({ undone_at: at }).where(eq(edits.id, id))
  },

  editsOf: (
    conversationId: string,
    { segmentId, before, limit }: { segmentId?: string | undefined; before: Date | null; limit: number },
  ) =>
    db
      .select()
      .from(edits)
      .where(
        and(
          eq(edits.conversation_id, conversationId),
          segmentId ? eq(edits.segment_id, segmentId) : undefined,
          before ? sql`${edits.at} < ${before}` : undefined,
        ),
      )
      .orderBy(sql`${edits.at} desc`)
      .limit(limit),

  transaction: <T>(run: (tx: Db) => Promise<T>) => db.transaction((tx) => run(tx as unknown as Db)),
})

export type SegmentRows = ReturnType<typeof segmentRows>
