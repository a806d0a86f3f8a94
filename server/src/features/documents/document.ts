import { Refusal } from '../../platform/refusal.ts'
import { clockTime, dateLine } from './clock-times.ts'
import { type ExportedConversation, type ExportOptions, shown } from './conversation.ts'
import { mostParagraphs, oneLine, paragraphsOf } from './plain.ts'

/** A text with its parts named, for every format that is read and not computed with: Word, PDF, Markdown, plain text. */
export interface RichDocument {
  title: string
  language: string | null
  /** Date, duration, language, speakers: one line below the title. */
  facts: string[]
  blocks: Block[]
}

export type Block =
  | { kind: 'heading'; text: string }
  | { kind: 'paragraph'; text: string; time?: string; speaker?: string; translation?: string }
  | { kind: 'item'; text: string; note?: string; done?: boolean }

const filled = (parts: readonly (string | null | undefined)[]) =>
  parts.filter((part): part is string => typeof part === 'string' && part !== '')

const section = (heading: string, blocks: Block[]): Block[] =>
  blocks.length > 0 ? [{ kind: 'heading', text: heading }, ...blocks] : []

const spoken = (conversation: ExportedConversation, options: ExportOptions): Block[] => {
  let before: string | undefined
  return conversation.segments.flatMap((segment): Block[] => {
    const { text, translation } = shown(segment, options)
    const name = options.speakers === false ? '' : oneLine(segment.speaker ?? '')
    // The name stands where the turn begins; repeating it at each segment would hide the turns.
    const speaker = name !== '' && name !== before ? name : undefined
    before = name
    const line = oneLine(text)
    if (line === '' && !translation) return []
    return [
      {
        kind: 'paragraph',
        text: line,
        ...(options.times !== false && { time: clockTime(segment.start_ms) }),
        ...(speaker && { speaker }),
        ...(translation && { translation: oneLine(translation) }),
      },
    ]
  })
}

const highlights = ({ highlights }: ExportedConversation, options: ExportOptions): Block[] =>
  highlights.map(({ text, label, start_ms }) => ({
    kind: 'item',
    text: oneLine(text),
    note: filled([options.times === false ? '' : clockTime(start_ms), oneLine(label ?? '')]).join(' · '),
  }))

const tasks = ({ tasks }: ExportedConversation): Block[] =>
  tasks.map(({ text, assignee, due_date, status }) => ({
    kind: 'item',
    text: oneLine(text),
    note: filled([oneLine(assignee ?? ''), oneLine(due_date ?? '')]).join(' · '),
    done: status === 'done',
  }))

const insights = ({ insights = [] }: ExportedConversation, options: ExportOptions): Block[] =>
  insights.flatMap(({ heading, items }) =>
    section(
      oneLine(heading),
      items.map(({ text, at_ms }) => ({
        kind: 'item',
        text: oneLine(text),
        note: at_ms == null || options.times === false ? '' : clockTime(at_ms),
      })),
    ),
  )

export const conversationDocument = (conversation: ExportedConversation, options: ExportOptions): RichDocument => {
  const onlyTranslation = options.translation === 'only'
  const language = (onlyTranslation && conversation.translation_language) || conversation.language || null
  return {
    title: oneLine(conversation.title),
    language,
    facts: filled([
      dateLine(conversation.created_at, options.timeZone),
      conversation.duration_ms > 0 ? clockTime(conversation.duration_ms) : '',
      oneLine(language ?? ''),
      options.speakers === false ? '' : conversation.speakers.map(oneLine).join(', '),
    ]),
    blocks: [
      ...insights(conversation, options),
      ...section('Highlights', highlights(conversation, options)),
      ...section('Tasks', tasks(conversation)),
      ...section('Transcript', spoken(conversation, options)),
    ],
  }
}

const tooLong = () =>
  new Refusal(
    'too_long',
    `A file holds at most ${mostParagraphs} paragraphs, and this text has more. Send it in parts.`,
  )

/** For Word and PDF, whose pages have to be laid out. */
export const bounded = (document: RichDocument) => {
  if (document.blocks.length > mostParagraphs) throw tooLong()
  return document
}

export const textDocument = (text: string, title: string): RichDocument => {
  const lines = paragraphsOf(text)
  if (lines === undefined) throw tooLong()
  return {
    title: oneLine(title),
    language: null,
    facts: [],
    blocks: lines.map((line) => ({ kind: 'paragraph', text: line })),
  }
}
