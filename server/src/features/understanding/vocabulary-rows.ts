import { and, asc, count, desc, eq, inArray, isNull, ne, or, sql } from 'drizzle-orm'
import type { Db } from '../../platform/database/connect.ts'
import { conversations, edits, segments, vocabulary } from '../../platform/database/schema/index.ts'

export type VocabularyRow = typeof vocabulary.$inferSelect

/** An edit keeps the segments as they were and became; of these only the words matter here. */
export interface TextEdit {
  before: { id: string; text: string }[]
  after: { id: string; text: string }[]
  language: string | null
}

export const vocabularyRows = (db: Db) => ({
  of: (userId: string): Promise<VocabularyRow[]> =>
    db
      .select()
      .from(vocabulary)
      .where(eq(vocabulary.user_id, userId))
      .orderBy(asc(sql`lower(${vocabulary.word})`)),

  async count(userId: string): Promise<number> {
    const [row] = await db.select({ count: count() }).from(vocabulary).where(eq(vocabulary.user_id, userId))
    return row?.count ?? 0
  },

  async find(userId: string, id: string): Promise<VocabularyRow | null> {
    const [row] = await db
      .select()
      .from(vocabulary)
      .where(and(eq(vocabulary.user_id, userId), eq(vocabulary.id, id)))
    return row ?? null
  },

  /** Adds a word, or these forms to what it is heard as. One statement, so that nothing learnt is lost. */
  async put(userId: string, word: string, heardAs: string[]): Promise<VocabularyRow> {
    const [row] = await db
      .insert(vocabulary)
      .values({ user_id: userId, word, heard_as: heardAs })
      .onConflictDoUpdate({
        target: [vocabulary.user_id, vocabulary.word],
        set: {
          heard_as: sql`(select coalesce(array_agg(distinct it), '{}') from unnest(${vocabulary.heard_as} || excluded.heard_as) as it)`,
        },
      })
      .returning()
    return row!
  },

  async remove(userId: string, id: string): Promise<boolean> {
    const rows = await db
      .delete(vocabulary)
      .where(and(eq(vocabulary.user_id, userId), eq(vocabulary.id, id)))
      .returning({ id: vocabulary.id })
    return rows.length > 0
  },

  async recentEdits(userId: string, limit: number): Promise<TextEdit[]> {
    const rows = await db
      .select({ before: edits.before, after: edits.after, language: conversations.language })
      .from(edits)
      .innerJoin(conversations, eq(conversations.id, edits.conversation_id))
      .where(
        and(
          eq(edits.user_id, userId),
          inArray(edits.kind, ['text', 'replace']),
          isNull(edits.undone_at),
          isNull(conversations.deleted_at),
        ),
      )
      .orderBy(desc(edits.at))
      .limit(limit)
    return rows as TextEdit[]
  },

  /** Conversations of mine that hold one of these forms, and in how many segments; the newest first. */
  holding: (userId: string, patterns: readonly string[]) =>
    db
      .select({ id: conversations.id, status: conversations.status, segments: sql<number>`count(*)::int` })
      .from(segments)
      .innerJoin(
        conversations,
        and(eq(conversations.id, segments.conversation_id), eq(conversations.transcript_id, segments.transcript_id)),
      )
      .where(
        and(
          eq(segments.user_id, userId),
          eq(conversations.user_id, userId),
          isNull(conversations.deleted_at),
          ne(conversations.status, 'live'),
          or(...patterns.map((pattern) => sql`${segments.text} ~* ${pattern}`)),
        ),
      )
      .groupBy(conversations.id)
      .orderBy(desc(conversations.created_at)),
})
export type VocabularyRows = ReturnType<typeof vocabularyRows>
