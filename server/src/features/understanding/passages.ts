import { and, desc, eq, isNull, or, sql } from 'drizzle-orm'
import type { Db } from '../../platform/database/connect.ts'
import { conversations, segments } from '../../platform/database/schema/index.ts'
import { detectLanguage } from '../../text/language.ts'
import { rootOf, smallWords, wordsOf } from '../../text/words.ts'
import type { Passages } from './ports.ts'

const nothing = { passages: [], conversations: [] }

const MOST_WORDS = 24
const MOST_PASSAGES = 60
/** Scripts without spaces: full-text search sees a whole sentence as one word there. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u

/** The words of a question that carry it; all of them where every word is small. */
function contentWords(question: string, language: string | null): string[] {
  const small = smallWords(language ?? 'en')
  const words = [...new Set(wordsOf(question).map((word) => word.text.toLowerCase()))]
  const telling = words.filter((word) => !small.has(word))
  return (telling.length > 0 ? telling : words).slice(0, MOST_WORDS)
}

/** Inflections meet by a shared beginning: the root of a word, and whatever ends it. */
const term = (word: string) => `'${rootOf(word).replace(/['\\]/g, ' ').trim()}':*`

/** Segments that hold any of the question's words, those with more and rarer ones first. */
export const passagesOf =
  (db: Db): Passages =>
  async ({ userId }, question, conversationId) => {
    const { language } = await detectLanguage(question)
    const words = contentWords(question, language)
    if (words.length === 0) return nothing
    const terms = words
      .filter((word) => !unspaced.test(word))
      .map(term)
      .filter((it) => it !== "'':*")
    const query = sql`to_tsquery('mina_simple', ${terms.join(' | ')})`
    const pieces = words.filter((word) => unspaced.test(word))
    const holds = or(
      terms.length > 0 ? sql`${segments.search} @@ ${query}` : undefined,
      ...pieces.map((piece) => sql`${segments.text} like ${`%${piece.replace(/[\\%_]/g, '\\$&')}%`}`),
    )
    if (!holds) return nothing
    const rows = await db
      .select({
        segment_id: segments.id,
        conversation_id: segments.conversation_id,
        start_ms: segments.start_ms,
        speaker: segments.speaker,
        text: segments.text,
        title: conversations.title,
        created_at: conversations.created_at,
      })
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
          conversationId ? eq(segments.conversation_id, conversationId) : undefined,
          holds,
        ),
      )
      .orderBy(
        desc(terms.length > 0 ? sql`ts_rank(${segments.search}, ${query}, 1)` : sql`1`),
        desc(conversations.created_at),
        segments.idx,
      )
      .limit(MOST_PASSAGES)
    const from = new Map(rows.map(({ conversation_id: id, title, created_at }) => [id, { id, title, created_at }]))
    return {
      passages: rows.map(({ title: _, created_at: __, ...passage }) => passage),
      conversations: [...from.values()].map((it) => ({ ...it, created_at: it.created_at.toISOString() })),
    }
  }
