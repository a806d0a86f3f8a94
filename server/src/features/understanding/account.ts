import { and, asc, eq, isNotNull, isNull } from 'drizzle-orm'
import type { Db } from '../../platform/database/connect.ts'
import {
  conversationInsights,
  conversations,
  conversationTranslations,
  segments,
  translatedSegments,
} from '../../platform/database/schema/index.ts'
import { folderOf } from '../conversations/index.ts'
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

    const kept = and(eq(conversations.user_id, userId), isNull(conversations.deleted_at))
    const translations = await db
      .select({
        id: conversationTranslations.id,
        conversation: { id: conversations.id, created_at: conversations.created_at },
        language: conversationTranslations.language,
        version: conversationTranslations.version,
        engine: conversationTranslations.engine,
        glossary: conversationTranslations.glossary,
      })
      .from(conversationTranslations)
      .innerJoin(conversations, eq(conversations.id, conversationTranslations.conversation_id))
      .where(kept)
    for (const { id, conversation, language, version, ...made } of translations) {
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
        path: `${folderOf(conversation)}/translation-${language}-${version}.json`,
        content: json({ language, version, ...made, segments: texts }),
      }
    }

    const made = await db
      .select({
        id: conversationInsights.id,
        conversation: { id: conversations.id, created_at: conversations.created_at },
        version: conversationInsights.version,
      })
      .from(conversationInsights)
      .innerJoin(conversations, eq(conversations.id, conversationInsights.conversation_id))
      .where(and(kept, isNotNull(conversationInsights.content)))
    for (const { id, conversation, version } of made) {
      const [row] = await db
        .select({ content: conversationInsights.content })
        .from(conversationInsights)
        .where(eq(conversationInsights.id, id))
      if (row) yield { path: `${folderOf(conversation)}/insights-${version}.json`, content: json(row.content) }
    }
  }
