import { and, asc, desc, eq, getTableColumns, isNotNull, isNull, sql } from 'drizzle-orm'
import type { Db } from '../../platform/database/connect.ts'
import {
  conversations,
  recordings,
  type StoredProgress,
  type StoredSpan,
  segments,
  transcripts,
} from '../../platform/database/schema/index.ts'
import { type ConversationRow, countWords } from '../conversations/index.ts'
import type { Heard } from './vocabulary.ts'

export type TranscriptRow = typeof transcripts.$inferSelect
export type RecordingRow = Omit<typeof recordings.$inferSelect, 'peaks'>

export interface Work {
  transcript: TranscriptRow
  conversation: ConversationRow
  recording: RecordingRow | null
}

const { title_search, ...conversationColumns } = getTableColumns(conversations)
const { peaks, ...recordingColumns } = getTableColumns(recordings)

/** The rows that recognition writes. What must become true together is given the same transaction. */
export const transcriptRepository = (db: Db) => ({
  /** Everything about one pass; null when the conversation is gone. With a transaction, held until its end. */
  async load(transcriptId: string, tx: Db = db, hold = false): Promise<Work | null> {
    const query = tx
      .select({ transcript: transcripts, conversation: conversationColumns })
      .from(transcripts)
      .innerJoin(conversations, eq(conversations.id, transcripts.conversation_id))
      .where(and(eq(transcripts.id, transcriptId), isNull(conversations.deleted_at)))
    const [row] = hold ? await query.for('update') : await query
    if (!row) return null
    const [recording] = await tx
      .select(recordingColumns)
      .from(recordings)
      .where(and(eq(recordings.conversation_id, row.conversation.id), isNull(recordings.removed_at)))
    return { ...row, recording: recording ?? null }
  },

  async insert(it: Omit<typeof transcripts.$inferInsert, 'version' | 'status'>, tx: Db): Promise<TranscriptRow> {
    const version = sql<number>`(select coalesce(max(version), 0) + 1 from ${transcripts} where conversation_id = ${it.conversation_id})`
    const [row] = await tx
      .insert(transcripts)
      .values({ ...it, version: version as never, status: 'running' })
      .returning()
    return row!
  },

  async byId(transcriptId: string, tx: Db = db): Promise<TranscriptRow | null> {
    const [row] = await tx.select().from(transcripts).where(eq(transcripts.id, transcriptId))
    return row ?? null
  },

  running: (conversationId: string, tx: Db = db): Promise<TranscriptRow[]> =>
    tx
      .select()
      .from(transcripts)
      .where(and(eq(transcripts.conversation_id, conversationId), eq(transcripts.status, 'running')))
      .orderBy(desc(transcripts.version)),

  async update(transcriptId: string, it: Partial<TranscriptRow>, tx: Db) {
    await tx.update(transcripts).set(it).where(eq(transcripts.id, transcriptId))
  },

  async updateConversation(id: string, it: Partial<ConversationRow>, tx: Db = db): Promise<ConversationRow> {
    const [row] = await tx
      .update(conversations)
      .set({ ...it, updated_at: new Date(), revision: sql`${conversations.revision} + 1` })
      .where(eq(conversations.id, id))
      .returning(conversationColumns)
    return row!
  },

  /** Adds what was heard after what is there; answers the first new number. */
  async append(
    { id, conversation_id }: Pick<TranscriptRow, 'id' | 'conversation_id'>,
    userId: string,
    heard: readonly Heard[],
    tx: Db,
  ): Promise<number> {
    const [last] = await tx
      .select({ idx: sql<number>`coalesce(max(${segments.idx}), -1)` })
      .from(segments)
      .where(eq(segments.transcript_id, id))
    const first = last!.idx + 1
    if (heard.length > 0)
      await tx.insert(segments).values(
        heard.map((it, index) => ({
          conversation_id,
          transcript_id: id,
          user_id: userId,
          idx: first + index,
          start_ms: Math.round(it.start_ms),
          end_ms: Math.round(Math.max(it.start_ms, it.end_ms)),
          text: it.text,
          uncorrected: it.uncorrected ?? null,
          is_final: true,
          speaker: it.speaker ?? null,
          confidence: it.confidence,
          words:
            it.words?.map(({ text, punctuated, start_ms, end_ms, confidence }) => ({
              text: punctuated ?? text,
              start_ms: Math.round(start_ms),
              end_ms: Math.round(end_ms),
              confidence,
            })) ?? null,
          words_estimated: it.wordsEstimated ?? false,
          doubtful: it.doubtful ?? false,
          word_count: countWords(it.text),
        })),
      )
    return first
  },

  clear: (transcriptId: string, tx: Db) => tx.delete(segments).where(eq(segments.transcript_id, transcriptId)),

  segmentsOf: (transcriptId: string, tx: Db = db) =>
    tx.select().from(segments).where(eq(segments.transcript_id, transcriptId)).orderBy(asc(segments.idx)),

  spansOf: (transcriptId: string, tx: Db = db) =>
    tx
      .select({ start_ms: segments.start_ms, end_ms: segments.end_ms })
      .from(segments)
      .where(eq(segments.transcript_id, transcriptId))
      .orderBy(asc(segments.start_ms)),

  /** Makes this pass the one that is read. What the list shows is counted anew from its segments. */
  async read(conversationId: string, transcriptId: string, it: Partial<ConversationRow>, tx: Db) {
    const own = sql`from ${segments} where transcript_id = ${transcriptId}`
    return await this.updateConversation(
      conversationId,
      {
        ...it,
        transcript_id: transcriptId,
        word_count: sql`(select coalesce(sum(word_count), 0)::int ${own})` as never,
        opening:
          sql`coalesce((select left(string_agg(s.text, ' ' order by s.idx), 300) from (select idx, text ${own} order by idx limit 5) s), '')` as never,
        speakers:
          sql`coalesce((select array_agg(s.speaker order by s.first) from (select speaker, min(idx) as first ${own} and speaker is not null group by speaker order by 2 limit 30) s), '{}')` as never,
      },
      tx,
    )
  },

  async wordsOf(transcriptId: string, tx: Db): Promise<number> {
    const [row] = await tx
      .select({ words: sql<number>`coalesce(sum(${segments.word_count}), 0)::int` })
      .from(segments)
      .where(eq(segments.transcript_id, transcriptId))
    return row!.words
  },

  async hasPeaks(conversationId: string) {
    const [row] = await db
      .select({ is: isNotNull(recordings.peaks) })
      .from(recordings)
      .where(eq(recordings.conversation_id, conversationId))
    return row?.is === true
  },
  async keepPeaks(conversationId: string, it: Buffer) {
    await db.update(recordings).set({ peaks: it }).where(eq(recordings.conversation_id, conversationId))
  },

  /** How far the jobs of this pass are: `created` or `retry` while they wait, `active`; none when they are over. */
  async jobsOf(transcriptId: string, tx: Db): Promise<string[]> {
    const { rows } = await tx.execute<{ state: string }>(sql`
      select j.state from pgboss.job j
      where j.data ->> 'transcript_id' = ${transcriptId} and j.state in ('created', 'retry', 'active')`)
    return rows.map((row) => row.state)
  },

  /** Passes that claim to run although no job of the queue will ever end them. */
  async abandoned(before: Date): Promise<string[]> {
    const { rows } = await db.execute<{ id: string }>(sql`
      select t.id from ${transcripts} t
      join ${conversations} c on c.id = t.conversation_id and c.deleted_at is null and c.status = 'processing'
      where t.status = 'running' and t.created_at < ${before} and not exists (
        select 1 from pgboss.job j
        where j.data ->> 'transcript_id' = t.id::text and j.state in ('created', 'retry', 'active'))
      limit 100`)
    return rows.map((row) => row.id)
  },
})

export type TranscriptRepository = ReturnType<typeof transcriptRepository>
export type { StoredProgress, StoredSpan }
