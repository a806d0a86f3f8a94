import { and, asc, desc, eq } from 'drizzle-orm'
import type { Db } from '../../platform/database/connect.ts'
import {
  conversationTranslations,
  highlights,
  segments,
  tasks,
  translatedSegments,
  users,
} from '../../platform/database/schema/index.ts'

/** What a file of a conversation is made of. */
export const exportRows = (db: Db) => ({
  segments: (transcriptId: string) =>
    db
      .select({
        id: segments.id,
        start_ms: segments.start_ms,
        end_ms: segments.end_ms,
        text: segments.text,
        speaker: segments.speaker,
        words: segments.words,
        words_estimated: segments.words_estimated,
      })
      .from(segments)
      .where(and(eq(segments.transcript_id, transcriptId), eq(segments.is_final, true)))
      .orderBy(asc(segments.idx)),

  highlights: (conversationId: string) =>
    db
      .select({
        text: highlights.text,
        label: highlights.label,
        start_ms: highlights.start_ms,
        end_ms: highlights.end_ms,
      })
      .from(highlights)
      .where(eq(highlights.conversation_id, conversationId))
      .orderBy(asc(highlights.start_ms)),

  tasks: (conversationId: string) =>
    db
      .select({ text: tasks.text, assignee: tasks.assignee, due_date: tasks.due_date, status: tasks.status })
      .from(tasks)
      .where(eq(tasks.conversation_id, conversationId))
      .orderBy(asc(tasks.created_at)),

  /** The named version of the translation into this language, or the newest, as far as it is finished; by segment. */
  async translation(conversationId: string, language: string, version?: number): Promise<Map<string, string> | null> {
    const [found] = await db
      .select({ id: conversationTranslations.id })
      .from(conversationTranslations)
      .where(
        and(
          eq(conversationTranslations.conversation_id, conversationId),
          eq(conversationTranslations.language, language),
          eq(conversationTranslations.status, 'done'),
          version === undefined ? undefined : eq(conversationTranslations.version, version),
        ),
      )
      .orderBy(desc(conversationTranslations.version))
      .limit(1)
    if (!found) return null
    const rows = await db
      .select({ id: translatedSegments.segment_id, text: translatedSegments.text })
      .from(translatedSegments)
      .where(eq(translatedSegments.translation_id, found.id))
    return new Map(rows.map((row) => [row.id, row.text]))
  },

  async timeZone(userId: string): Promise<string | undefined> {
    const [row] = await db.select({ tz: users.tz }).from(users).where(eq(users.id, userId))
    return row?.tz ?? undefined
  },
})

export type ExportRows = ReturnType<typeof exportRows>
