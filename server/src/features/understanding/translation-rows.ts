import { and, asc, desc, eq, sql } from 'drizzle-orm'
import type { Db } from '../../platform/database/connect.ts'
import {
  conversations,
  conversationTranslations,
  segments,
  translatedSegments,
} from '../../platform/database/schema/index.ts'
import { translatable, translationVersions } from './translation-versions.ts'
import { workRows } from './work-rows.ts'

export type TranslationRow = typeof conversationTranslations.$inferSelect

const ofItsTranscript = sql`${segments.transcript_id} = ${conversationTranslations.transcript_id} and ${translatable}`
const isStale = sql<boolean>`(${translatedSegments.revision} <> ${segments.revision}
  or ${conversationTranslations.transcript_id} is distinct from ${conversations.transcript_id})`

const translated = (more = sql``) =>
  sql<number>`(select count(*)::int from ${translatedSegments} join ${segments} on ${segments.id} = ${translatedSegments.segment_id}
    where ${translatedSegments.translation_id} = ${conversationTranslations.id} and ${ofItsTranscript} ${more})`
const counts = {
  total: sql<number>`(select count(*)::int from ${segments} where ${ofItsTranscript})`,
  translated: translated(),
  stale: translated(sql`and ${isStale}`),
}

export function translationRows(db: Db, now: () => Date) {
  const { id, conversation_id, language, version, status } = conversationTranslations
  const inLanguage = (conversationId: string, tag: string) =>
    and(eq(conversation_id, conversationId), eq(language, tag))
  const listed = () =>
    db
      .select({ row: conversationTranslations, segments: counts })
      .from(conversationTranslations)
      .innerJoin(conversations, eq(conversations.id, conversation_id))

  return {
    work: workRows(db, conversationTranslations, now),
    ...translationVersions(db, now),

    list: (conversationId: string) =>
      listed().where(eq(conversation_id, conversationId)).orderBy(asc(language), desc(version)),

    /** A version; or the newest that is finished, and before there is one, the newest. */
    async find(conversationId: string, tag: string, wanted?: number) {
      const [row] = await listed()
        .where(and(inLanguage(conversationId, tag), wanted === undefined ? undefined : eq(version, wanted)))
        .orderBy(desc(eq(status, 'done')), desc(version))
        .limit(1)
      return row ?? null
    },

    async present(translationId: string) {
      const [row] = await listed().where(eq(id, translationId))
      return row ?? null
    },

    async byId(translationId: string): Promise<TranslationRow | null> {
      const [row] = await db.select().from(conversationTranslations).where(eq(id, translationId))
      return row ?? null
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
    segments: (translationId: string) =>
      db
        .select({
          segment_id: segments.id,
          idx: segments.idx,
          start_ms: segments.start_ms,
          end_ms: segments.end_ms,
          speaker: segments.speaker,
          text: translatedSegments.text,
          revision: translatedSegments.revision,
          stale: isStale,
        })
        .from(translatedSegments)
        .innerJoin(conversationTranslations, eq(id, translatedSegments.translation_id))
        .innerJoin(conversations, eq(conversations.id, conversation_id))
        .innerJoin(segments, eq(segments.id, translatedSegments.segment_id))
        .where(and(eq(translatedSegments.translation_id, translationId), ofItsTranscript))
        .orderBy(asc(segments.idx)),

    /** One version, or all; the ids of what that was. */
    async remove(conversationId: string, tag: string, wanted?: number): Promise<string[]> {
      const rows = await db
        .delete(conversationTranslations)
        .where(and(inLanguage(conversationId, tag), wanted === undefined ? undefined : eq(version, wanted)))
        .returning({ id })
      return rows.map((row) => row.id)
    },
  }
}
export type TranslationRows = ReturnType<typeof translationRows>
