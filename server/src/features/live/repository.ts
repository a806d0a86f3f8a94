import { and, desc, eq, inArray, isNotNull, isNull, lt, notExists, sql } from 'drizzle-orm'
import type { Db } from '../../platform/database/connect.ts'
import type { StoredSpan } from '../../platform/database/schema/conversations.ts'
import { conversations, liveSessions, recordings, segments, transcripts } from '../../platform/database/schema/index.ts'

export type LiveRow = typeof liveSessions.$inferSelect

/** The rows of live sessions. Whoever writes names his fence: an older writer changes nothing. */
export const liveRepository = (db: Db) => {
  const running = inArray(liveSessions.state, ['active', 'paused'])
  return {
    async insert(it: typeof liveSessions.$inferInsert): Promise<LiveRow> {
      const [row] = await db.insert(liveSessions).values(it).returning()
      return row!
    },

    async find(id: string): Promise<LiveRow | null> {
      const [row] = await db.select().from(liveSessions).where(eq(liveSessions.id, id))
      return row ?? null
    },

    async ofConversation(conversationId: string): Promise<LiveRow | null> {
      const [row] = await db.select().from(liveSessions).where(eq(liveSessions.conversation_id, conversationId))
      return row ?? null
    },

    /** Mine alone, and only while its conversation is there. */
    async byToken(userId: string, resumeHash: string): Promise<LiveRow | null> {
      const [row] = await db
        .select({ session: liveSessions })
        .from(liveSessions)
        .innerJoin(conversations, eq(conversations.id, liveSessions.conversation_id))
        .where(
          and(
            eq(liveSessions.resume_hash, resumeHash),
            eq(liveSessions.user_id, userId),
            isNull(conversations.deleted_at),
          ),
        )
      return row?.session ?? null
    },

    async countRunning(userId: string) {
      return await db.$count(liveSessions, and(eq(liveSessions.user_id, userId), running))
    },

    /** Makes this process the one writer. null: it was stopped, or another was faster. */
    async takeOver(row: LiveRow, process: string, now: Date): Promise<LiveRow | null> {
      const [taken] = await db
        .update(liveSessions)
        .set({ fence: row.fence + 1, process, state: 'active', seen_at: now, finished_at: null })
        .where(
          and(
            eq(liveSessions.id, row.id),
            eq(liveSessions.fence, row.fence),
            inArray(liveSessions.state, ['active', 'paused', 'orphaned']),
          ),
        )
        .returning()
      return taken ?? null
    },

    /** False: somebody else writes now. */
    async update(it: { id: string; fence: number }, set: Partial<LiveRow>): Promise<boolean> {
      const rows = await db
        .update(liveSessions)
        .set(set)
        .where(and(eq(liveSessions.id, it.id), eq(liveSessions.fence, it.fence)))
        .returning({ id: liveSessions.id })
      return rows.length > 0
    },

    /** Sessions whose client has been away too long; from now on nobody writes to them. */
    async orphan(before: Date) {
      return await db
        .update(liveSessions)
        .set({ state: 'orphaned', fence: sql`${liveSessions.fence} + 1`, process: null })
        .where(and(running, lt(liveSessions.seen_at, before)))
        .returning()
    },

    /** Nobody came back for them in all the time they had. */
    async expire(before: Date) {
      return await db
        .update(liveSessions)
        .set({ state: 'finished' })
        .where(
          and(
            eq(liveSessions.state, 'orphaned'),
            isNotNull(liveSessions.finished_at),
            lt(liveSessions.seen_at, before),
          ),
        )
        .returning({ id: liveSessions.id })
    },

    /** Conversations of sessions that were left and finished, and that hold neither sound nor words. */
    empty: (before: Date) =>
      db
        .select({ id: conversations.id, user_id: conversations.user_id })
        .from(liveSessions)
        .innerJoin(conversations, eq(conversations.id, liveSessions.conversation_id))
        .where(
          and(
            eq(liveSessions.state, 'orphaned'),
            isNotNull(liveSessions.finished_at),
            lt(liveSessions.seen_at, before),
            eq(conversations.duration_ms, 0),
            isNull(conversations.deleted_at),
            notExists(db.select().from(recordings).where(eq(recordings.conversation_id, conversations.id))),
            notExists(
              db
                .select()
                .from(segments)
                .innerJoin(transcripts, eq(transcripts.id, segments.transcript_id))
                .where(eq(transcripts.conversation_id, conversations.id)),
            ),
          ),
        ),

    /** Stopped or orphaned, and their recordings not made yet. */
    unfinished: (conversationIds: readonly string[]) =>
      db
        .select()
        .from(liveSessions)
        .where(
          and(
            inArray(liveSessions.conversation_id, [...conversationIds]),
            inArray(liveSessions.state, ['orphaned', 'finished']),
            isNull(liveSessions.finished_at),
          ),
        ),

    /** The conversation's transcript that the words of this session go to, and how far it has come. */
    async transcript(conversationId: string) {
      const [row] = await db
        .select({
          id: conversations.id,
          user_id: conversations.user_id,
          transcript_id: conversations.transcript_id,
          completeness: transcripts.completeness,
        })
        .from(conversations)
        .innerJoin(transcripts, eq(transcripts.id, conversations.transcript_id))
        .where(eq(conversations.id, conversationId))
      return row ?? null
    },

    async describeTranscript(transcriptId: string, set: Partial<typeof transcripts.$inferInsert>) {
      await db.update(transcripts).set(set).where(eq(transcripts.id, transcriptId))
    },

    async saveSpans(transcriptId: string, spans: StoredSpan[], tx: Db = db) {
      await tx.update(transcripts).set({ completeness: spans }).where(eq(transcripts.id, transcriptId))
    },

    async lastIdx(transcriptId: string, tx: Db = db) {
      const [row] = await tx
        .select({ idx: segments.idx })
        .from(segments)
        .where(eq(segments.transcript_id, transcriptId))
        .orderBy(desc(segments.idx))
        .limit(1)
      return row?.idx ?? -1
    },

    finals: (transcriptId: string, tx: Db = db) =>
      tx
        .select({ idx: segments.idx, start_ms: segments.start_ms, end_ms: segments.end_ms })
        .from(segments)
        .where(and(eq(segments.transcript_id, transcriptId), eq(segments.is_final, true)))
        .orderBy(segments.idx),

    async putRecording(it: typeof recordings.$inferInsert, tx: Db) {
      await tx
        .insert(recordings)
        .values(it)
        .onConflictDoUpdate({ target: recordings.conversation_id, set: { ...it, removed_at: null } })
    },

    async recording(conversationId: string) {
      const [row] = await db.select().from(recordings).where(eq(recordings.conversation_id, conversationId))
      return row ?? null
    },

    /** Runs where this writer is still the one; the row is held meanwhile. null: it is not. */
    async asWriter<T>(it: { id: string; fence: number }, set: Partial<LiveRow>, work: (tx: Db) => Promise<T>) {
      return await db.transaction(async (tx) => {
        const rows = await tx
          .update(liveSessions)
          .set({ fence: it.fence, ...set })
          .where(and(eq(liveSessions.id, it.id), eq(liveSessions.fence, it.fence)))
          .returning({ id: liveSessions.id })
        return rows.length > 0 ? await work(tx) : null
      })
    },

    async isDeleted(conversationId: string) {
      const [row] = await db
        .select({ id: conversations.id })
        .from(conversations)
        .where(and(eq(conversations.id, conversationId), isNull(conversations.deleted_at)))
      return row === undefined
    },
  }
}

export type LiveRepository = ReturnType<typeof liveRepository>
