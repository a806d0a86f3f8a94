import { and, asc, eq, isNotNull } from 'drizzle-orm'
import type { Db } from '../../platform/database/connect.ts'
import {
  conversationInsights,
  conversations,
  conversationTranslations,
  segments,
  translatedSegments,
} from '../../platform/database/schema/index.ts'
import type { Templates } from './templates.ts'
import type { Vocabulary } from './vocabulary.ts'

interface AccountParts {
  db: Db
  templates: Templates
  vocabulary: Vocabulary
}

const json = (it: unknown) => JSON.stringify(it, null, 2)

/** What a person takes along of all this: one file for each translation and each version of insights. */
export const accountPart = ({ db, templates, vocabulary }: AccountParts) =>
  async function* (userId: string) {
    yield { path: 'vocabulary.json', content: json(await vocabulary.list(userId)) }
    const own = (await templates.list(userId)).filter((it) => it.edited || !it.built_in)
    yield { path: 'templates.json', content: json(own) }

    const translations = await db
      .select({
        id: conversationTranslations.id,
        conversation_id: conversations.id,
        language: conversationTranslations.language,
        engine: conversationTranslations.engine,
      })
      .from(conversationTranslations)
      .innerJoin(conversations, eq(conversations.id, conversationTranslations.conversation_id))
      .where(eq(conversations.user_id, userId))
    for (const { id, conversation_id, language, engine } of translations) {
      const texts = await db
        .select({
          start_ms: segments.start_ms,
          end_ms: segments.end_ms,
          speaker: segments.speaker,
          text: translatedSegments.text,
        })
        .from(translatedSegments)
        .innerJoin(segments, eq(segments.id, translatedSegments.segment_id))
        .where(eq(translatedSegments.translation_id, id))
        .orderBy(asc(segments.idx))
      yield {
        path: `conversations/${conversation_id}/translation-${language}.json`,
        content: json({ language, engine, segments: texts }),
      }
    }

    const made = await db
      .select({
        id: conversationInsights.id,
        conversation_id: conversations.id,
        version: conversationInsights.version,
      })
      .from(conversationInsights)
      .innerJoin(conversations, eq(conversations.id, conversationInsights.conversation_id))
      .where(and(eq(conversations.user_id, userId), isNotNull(conversationInsights.content)))
    for (const { id, conversation_id, version } of made) {
      const [row] = await db
        .select({ content: conversationInsights.content })
        .from(conversationInsights)
        .where(eq(conversationInsights.id, id))
      if (row) yield { path: `conversations/${conversation_id}/insights-${version}.json`, content: json(row.content) }
    }
  }
