import type { ExportFormat } from '@mina/contract'
import type { FileAnswer } from '../../access/route.ts'
import { Refusal } from '../../platform/refusal.ts'
import { redact } from '../../text/redaction/index.ts'
import type { Opened } from '../conversations/index.ts'
import type { Documents, ExportedConversation, ExportOptions } from '../documents/index.ts'
import type { ExportRows } from './export-rows.ts'

interface Wanted extends ExportOptions {
  format: ExportFormat
  language?: string | undefined
  redact?: boolean
}

interface ExportingOptions {
  rows: ExportRows
  documents: Pick<Documents, 'render'>
}

/** Every text of the conversation, each under a name of its own, so that one pass gives all their placeholders. */
function textsOf(it: ExportedConversation) {
  return [
    { id: 'title', text: it.title },
    ...it.segments.flatMap(({ text, translation }, at) => [
      { id: `segment ${at}`, text },
      ...(translation ? [{ id: `translation ${at}`, text: translation }] : []),
    ]),
    ...it.highlights.flatMap(({ text, label }, at) => [
      { id: `highlight ${at}`, text },
      ...(label ? [{ id: `label ${at}`, text: label }] : []),
    ]),
    ...it.tasks.flatMap(({ text, assignee }, at) => [
      { id: `task ${at}`, text },
      ...(assignee ? [{ id: `assignee ${at}`, text: assignee }] : []),
    ]),
  ]
}

/** The conversation without what identifies people: in what was said, in its marks, and in the names of who spoke. */
export async function withoutPersonalData(it: ExportedConversation): Promise<ExportedConversation> {
  const spoke = new Map(it.speakers.map((name, at) => [name, `Speaker ${at + 1}`]))
  const assigned = it.tasks.flatMap(({ assignee }) => (assignee ? [assignee] : []))
  const { texts } = await redact(textsOf(it), {
    names: [...it.speakers.filter((name) => !/^Speaker \d+$/.test(name)), ...assigned],
    english: !it.language || it.language.startsWith('en'),
  })
  const clean = new Map(texts.map(({ id, text }) => [id, text]))
  const cleaned = (id: string, text: string) => clean.get(id) ?? text
  return {
    ...it,
    title: cleaned('title', it.title),
    speakers: [...spoke.values()],
    segments: it.segments.map(({ words, ...segment }, at) => ({
      ...segment,
      text: cleaned(`segment ${at}`, segment.text),
      speaker: segment.speaker ? (spoke.get(segment.speaker) ?? 'Speaker') : null,
      ...(segment.translation && { translation: cleaned(`translation ${at}`, segment.translation) }),
      // Words carry what the text no longer says; they stay only where the text did not change.
      ...(words && cleaned(`segment ${at}`, segment.text) === segment.text && { words }),
    })),
    highlights: it.highlights.map((highlight, at) => ({
      ...highlight,
      text: cleaned(`highlight ${at}`, highlight.text),
      label: highlight.label && cleaned(`label ${at}`, highlight.label),
    })),
    tasks: it.tasks.map((task, at) => ({
      ...task,
      text: cleaned(`task ${at}`, task.text),
      assignee: task.assignee && cleaned(`assignee ${at}`, task.assignee),
    })),
  }
}

/** A conversation as a file, with what people added to it. */
export function exportingService({ rows, documents }: ExportingOptions) {
  async function gather(conversation: Opened<'read'>, language: string | undefined): Promise<ExportedConversation> {
    const [segments, highlights, tasks, translation] = await Promise.all([
      conversation.transcript_id ? rows.segments(conversation.transcript_id) : [],
      rows.highlights(conversation.id),
      rows.tasks(conversation.id),
      language ? rows.translation(conversation.id, language) : null,
    ])
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
      segments: segments.map(({ id, words, ...segment }) => ({
        ...segment,
        ...(words && { words }),
        ...(translation && { translation: translation.get(id) ?? null }),
      })),
    }
  }

  return {
    async file(conversation: Opened<'read'>, wanted: Wanted): Promise<FileAnswer> {
      const { format, language, redact: redacted, ...options } = wanted
      const whole = await gather(conversation, language)
      const timeZone = await rows.timeZone(conversation.user_id)
      return await documents.render(format, redacted ? await withoutPersonalData(whole) : whole, {
        ...options,
        ...(timeZone && { timeZone }),
      })
    },
  }
}

export type Exporting = ReturnType<typeof exportingService>
