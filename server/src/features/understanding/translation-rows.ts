import { and, asc, eq, notInArray, sql } from 'drizzle-orm'
import type { Db } from '../../platform/database/connect.ts'
import {
  conversations,
  conversationTranslations,
  segments,
  translatedSegments,
} from '../../platform/database/schema/index.ts'
import { isUnderWay, workRows } from './work-rows.ts'

export type TranslationRow = typeof conversationTranslations.$inferSelect

interface Place {
  id: string
  transcript_id: string | null
}

interface Wanted {
  language: string
  engine: string
  /** The caller chose the engine, so a translation by another one is made anew. */
  chosen: boolean
}

export function translationRows(db: Db, now: () => Date) {
  const { id, conversation_id, language, status } = conversationTranslations
  const ofTranscript = (transcriptId: string | null) =>
    sql`${segments.transcript_id} = ${transcriptId}::uuid and ${segments.is_final} and trim(${segments.text}) <> ''`
  const translated = (transcriptId: string | null, more = sql``) =>
    sql<number>`(select count(*)::int from ${translatedSegments} join ${segments} on ${segments.id} = ${translatedSegments.segment_id} where ${translatedSegments.translation_id} = ${id} and ${ofTranscript(transcriptId)} ${more})`
  const counts = (transcriptId: string | null) => ({
    total: sql<number>`(select count(*)::int from ${segments} where ${ofTranscript(transcriptId)})`,
    translated: translated(transcriptId),
    stale: translated(transcriptId, sql`and ${translatedSegments.revision} <> ${segments.revision}`),
  })
  const listed = (place: Place) =>
    db
      .select({ row: conversationTranslations, segments: counts(place.transcript_id) })
      .from(conversationTranslations)
      // Beside its sense, the join makes Drizzle write columns with their tables, which the counts need.
      .innerJoin(conversations, eq(conversations.id, conversation_id))

  return {
    work: workRows(db, conversationTranslations, now),

    list: (place: Place) => listed(place).where(eq(conversation_id, place.id)).orderBy(asc(language)),

    async find(place: Place, tag: string) {
      const [row] = await listed(place).where(and(eq(conversation_id, place.id), eq(language, tag)))
      return row ?? null
    },

    async byId(translationId: string): Promise<TranslationRow | null> {
      const [row] = await db.select().from(conversationTranslations).where(eq(id, translationId))
      return row ?? null
    },

    /** Enters the wish and its job together; work that is under way is left to go on. */
    async request(
      place: Place & { transcript_id: string },
      wanted: Wanted,
      send: (id: string, tx: Db) => Promise<void>,
    ) {
      return await db.transaction(async (transaction) => {
        const tx = transaction as unknown as Db
        const { engine, chosen } = wanted
        const [added] = await tx
          .insert(conversationTranslations)
          .values({
            conversation_id: place.id,
            transcript_id: place.transcript_id,
            language: wanted.language,
            engine,
            updated_at: now(),
          })
          .onConflictDoNothing()
          .returning({ id })
        const [row] = await tx
          .select()
          .from(conversationTranslations)
          .where(and(eq(conversation_id, place.id), eq(language, wanted.language)))
          .for('update')
        if (!row) return null
        if (!added && isUnderWay(row, now())) return row.id
        const anew = chosen && row.engine !== engine
        const current = tx.select({ id: segments.id }).from(segments).where(ofTranscript(place.transcript_id))
        await tx
          .delete(translatedSegments)
          .where(
            and(
              eq(translatedSegments.translation_id, row.id),
              anew ? undefined : notInArray(translatedSegments.segment_id, current),
            ),
          )
        await tx
          .update(conversationTranslations)
          .set({
            status: 'queued',
            progress: 0,
            error: null,
            engine,
            transcript_id: place.transcript_id,
            updated_at: now(),
          })
          .where(eq(id, row.id))
        await send(row.id, tx)
        return row.id
      })
    },

    /** What is translated and still fits the words: the rest is to be done. */
    async kept(translationId: string): Promise<Map<string, string>> {
      const rows = await db
        .select({ id: segments.id, text: translatedSegments.text })
        .from(translatedSegments)
        .innerJoin(segments, eq(segments.id, translatedSegments.segment_id))
        .where(
          and(eq(translatedSegments.translation_id, translationId), eq(translatedSegments.revision, segments.revision)),
        )
      return new Map(rows.map((row) => [row.id, row.text]))
    },

    async save(translationId: string, rows: readonly { segment_id: string; revision: number; text: string }[]) {
      if (rows.length === 0) return
      await db
        .insert(translatedSegments)
        .values(rows.map((row) => ({ ...row, translation_id: translationId })))
        .onConflictDoUpdate({
          target: [translatedSegments.translation_id, translatedSegments.segment_id],
          set: { text: sql`excluded.text`, revision: sql`excluded.revision` },
        })
    },

    async finish(translationId: string): Promise<boolean> {
      const rows = await db
        .update(conversationTranslations)
        .set({ status: 'done', progress: 1, error: null, updated_at: now() })
        .where(and(eq(id, translationId), eq(status, 'running')))
        .returning({ id })
      return rows.length > 0
    },

    /** In the order of what was said, as far as it is translated. */
    segments: (translationId: string, transcriptId: string | null) =>
      db
        .select({
          segment_id: segments.id,
          idx: segments.idx,
          start_ms: segments.start_ms,
          end_ms: segments.end_ms,
          speaker: segments.speaker,
          text: translatedSegments.text,
          revision: translatedSegments.revision,
          stale: sql<boolean>`${translatedSegments.revision} <> ${segments.revision}`,
        })
        .from(translatedSegments)
        .innerJoin(segments, eq(segments.id, translatedSegments.segment_id))
        .where(and(eq(translatedSegments.translation_id, translationId), ofTranscript(transcriptId)))
        .orderBy(asc(segments.idx)),

    async remove(conversationId: string, tag: string): Promise<string | null> {
      const [row] = await db
        .delete(conversationTranslations)
        .where(and(eq(conversation_id, conversationId), eq(language, tag)))
        .returning({ id })
      return row?.id ?? null
    },
  }
}
export type TranslationRows = ReturnType<typeof translationRows>
