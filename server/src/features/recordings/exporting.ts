import type { ExportFormat, Insights } from '@mina/contract'
import type { FileAnswer } from '../../access/route.ts'
import { Refusal } from '../../platform/refusal.ts'
import { languageTag } from '../../translation/languages.ts'
import type { Opened } from '../conversations/index.ts'
import type { Documents, ExportedConversation, ExportOptions } from '../documents/index.ts'
import type { ExportRows } from './export-rows.ts'
import { insightSections } from './insight-sections.ts'
import { withoutPersonalData } from './without-personal-data.ts'

interface Wanted extends ExportOptions {
  format: ExportFormat
  language?: string | undefined
  version?: number | undefined
  redact?: boolean
}

/** The newest that were made of a conversation. */
export type InsightsOf = (conversation: Opened<'read'>) => Promise<Insights | null>

interface ExportingOptions {
  rows: ExportRows
  insightsOf: InsightsOf
  documents: Pick<Documents, 'render'>
}

const peopleIn = (insights: Insights | null) =>
  (insights?.entities ?? []).filter(({ kind }) => kind === 'person').map(({ text }) => text)

/** A conversation as a file, with what people added to it. */
export function exportingService({ rows, insightsOf, documents }: ExportingOptions) {
  async function gather(
    conversation: Opened<'read'>,
    { language, version }: Pick<Wanted, 'language' | 'version'>,
    insights: Insights | null,
  ): Promise<ExportedConversation> {
    if (version !== undefined && language === undefined)
      throw new Refusal('bad_request', 'A version is one of a translation: send its language too.')
    const [segments, highlights, tasks, translation] = await Promise.all([
      conversation.transcript_id ? rows.segments(conversation.transcript_id) : [],
      rows.highlights(conversation.id),
      rows.tasks(conversation.id),
      language ? rows.translation(conversation.id, language, version) : null,
    ])
    if (version !== undefined && !translation)
      throw new Refusal('not_found', `There is no finished version ${version} of the translation into ${language}.`)
    if (language && !translation && language !== conversation.language)
      throw new Refusal('not_found', `There is no translation into ${language} yet. Translate the conversation first.`)
    return {
      title: conversation.title,
      created_at: conversation.created_at,
      duration_ms: conversation.duration_ms,
      language: conversation.language,
      ...(translation && { translation_language: language }),
      speakers: conversation.speakers,
      highlights,
      tasks,
      insights: insights ? insightSections(insights) : [],
      segments: segments.map(({ id, words, words_estimated, ...segment }) => ({
        ...segment,
        ...(words && { words }),
        ...(translation && { translation: translation.get(id) ?? null }),
      })),
    }
  }

  return {
    async file(conversation: Opened<'read'>, wanted: Wanted): Promise<FileAnswer> {
      const { format, language: named, version, redact: redacted, ...options } = wanted
      const language = named && (languageTag(named) ?? named)
      const insights = await insightsOf(conversation)
      const whole = await gather(conversation, { language, version }, insights)
      const timeZone = await rows.timeZone(conversation.user_id)
      return await documents.render(format, redacted ? await withoutPersonalData(whole, peopleIn(insights)) : whole, {
        ...options,
        ...(timeZone && { timeZone }),
      })
    },
  }
}

export type Exporting = ReturnType<typeof exportingService>
