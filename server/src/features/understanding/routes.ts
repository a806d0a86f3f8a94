import {
  addVocabulary,
  applyVocabulary,
  askLibrary,
  createTemplate,
  deleteInsights,
  deleteTemplate,
  deleteTranslation,
  deleteTranslationVersion,
  deleteVocabulary,
  getInsights,
  getRedaction,
  getTranslation,
  listTemplates,
  listTranslations,
  listVocabulary,
  type redactionKindNames,
  restoreTranslation,
  startInsights,
  startTranslation,
  suggestVocabulary,
  takeFoundTasks,
  updateTemplate,
} from '@mina/contract'
import { serve } from '../../access/route.ts'
import type { Conversations } from '../conversations/index.ts'
import type { InsightService } from '../insights/index.ts'
import type { StoredInsights } from './insights.ts'
import type { Passages } from './ports.ts'
import { redactSegments } from './redaction.ts'
import { settledSegments } from './segments.ts'
import type { Templates } from './templates.ts'
import type { Translations } from './translations.ts'
import { type WorkMeter, withSpending } from './usage.ts'
import type { Vocabulary } from './vocabulary.ts'

interface Parts {
  conversations: Pick<Conversations, 'open' | 'segments'>
  translations: Translations
  stored: StoredInsights
  templates: Templates
  vocabulary: Vocabulary
  insights: InsightService
  passages: Passages
  usage: WorkMeter
}

export const understandingRoutes = (parts: Parts) => [
  ...translationRoutes(parts),
  ...insightRoutes(parts),
  ...templateRoutes(parts),
  ...vocabularyRoutes(parts),
  serve(askLibrary, async ({ principal, body, request }) => {
    const { question, conversation_id } = body
    if (conversation_id) await parts.conversations.open(principal, conversation_id, 'read')
    const { passages, conversations } = await parts.passages(principal, question, conversation_id)
    const spender = { userId: principal.userId, model: parts.insights.model, endpoint: askLibrary.path }
    const answer = await withSpending(parts.usage, spender, (onUsage) =>
      parts.insights.ask(question, passages, { signal: request.signal, onUsage }),
    )
    const shown = new Set(answer.passages.map((it) => it.conversation_id))
    return { ...answer, conversations: conversations.filter((it) => shown.has(it.id)) }
  }),
  serve(getRedaction, async ({ principal, params, query, request }) => {
    const conversation = await parts.conversations.open(principal, params.id, 'read')
    const segments = await settledSegments(parts.conversations.segments, conversation.transcript_id, true)
    const { title, language } = conversation
    const redacted = await redactSegments(segments, { kinds: query.kinds, title, language, signal: request.signal })
    const counts: Partial<Record<(typeof redactionKindNames)[number], number>> = {}
    for (const { kind } of redacted.segments.flatMap((it) => it.spans)) counts[kind] = (counts[kind] ?? 0) + 1
    return {
      title: redacted.title,
      segments: redacted.segments.map(({ id, start_ms, end_ms, speaker, text, spans, beeps }) => ({
        segment_id: id,
        start_ms,
        end_ms,
        speaker,
        text,
        spans,
        beeps,
      })),
      counts,
      key: query.key === 'true' ? redacted.key.entities : null,
    }
  }),
]

const translationRoutes = ({ conversations: { open }, translations }: Parts) => [
  serve(startTranslation, async ({ principal, params, body }) => {
    const conversation = await open(principal, params.id, 'write')
    return { translation: await translations.start(conversation, body) }
  }),
  serve(listTranslations, async ({ principal, params }) => {
    const conversation = await open(principal, params.id, 'read')
    return { items: await translations.list(conversation) }
  }),
  serve(getTranslation, async ({ principal, params, query }) => {
    const conversation = await open(principal, params.id, 'read')
    return await translations.get(conversation, params.language, query.version)
  }),
  serve(deleteTranslation, async ({ principal, params }) => {
    const conversation = await open(principal, params.id, 'write')
    await translations.remove(conversation, params.language)
    return {}
  }),
  serve(restoreTranslation, async ({ principal, params }) => {
    const conversation = await open(principal, params.id, 'write')
    return { translation: await translations.restore(conversation, params.language, params.version) }
  }),
  serve(deleteTranslationVersion, async ({ principal, params }) => {
    const conversation = await open(principal, params.id, 'write')
    await translations.remove(conversation, params.language, params.version)
    return {}
  }),
]

const insightRoutes = ({ conversations: { open }, stored }: Parts) => [
  serve(startInsights, async ({ principal, params, body }) => {
    const conversation = await open(principal, params.id, 'write')
    return { insights: await stored.start(conversation, body) }
  }),
  serve(getInsights, async ({ principal, params, query }) => {
    const conversation = await open(principal, params.id, 'read')
    return await stored.get(conversation, query.version)
  }),
  serve(deleteInsights, async ({ principal, params }) => {
    const conversation = await open(principal, params.id, 'write')
    await stored.remove(conversation, params.insights_id)
    return {}
  }),
  serve(takeFoundTasks, async ({ principal, params, body }) => {
    const conversation = await open(principal, params.id, 'write')
    return { items: await stored.takeTasks(conversation, params.insights_id, body.indexes) }
  }),
]

const templateRoutes = ({ templates }: Parts) => [
  serve(listTemplates, async ({ principal }) => ({ items: await templates.list(principal.userId) })),
  serve(createTemplate, async ({ principal, body }) => ({ template: await templates.create(principal.userId, body) })),
  serve(updateTemplate, async ({ principal, params, body }) => ({
    template: await templates.update(principal.userId, params.id, body),
  })),
  serve(deleteTemplate, async ({ principal, params }) => {
    await templates.remove(principal.userId, params.id)
    return {}
  }),
]

const vocabularyRoutes = ({ vocabulary }: Parts) => [
  serve(listVocabulary, async ({ principal }) => ({ items: await vocabulary.list(principal.userId) })),
  serve(addVocabulary, async ({ principal, body }) => ({ word: await vocabulary.add(principal.userId, body) })),
  serve(suggestVocabulary, async ({ principal }) => ({ items: await vocabulary.suggestions(principal.userId) })),
  serve(deleteVocabulary, async ({ principal, params }) => {
    await vocabulary.remove(principal.userId, params.id)
    return {}
  }),
  serve(applyVocabulary, ({ principal, params, body }) => vocabulary.apply(principal, params.id, body.preview)),
]
