import { Refusal } from '../../platform/refusal.ts'
import { clockTime } from './clock-times.ts'
import { type ExportedConversation, type ExportOptions, hasTranslation, shown } from './conversation.ts'
import { longestCell, mostRows, type Table } from './excel.ts'
import { mostParagraphs, oneLine, paragraphsOf, plainText } from './plain.ts'

const tooLong = (rows: number) =>
  new Refusal('too_long', `An Excel file holds at most ${rows} rows, and this text has more. Send it in parts.`)

const fitting = (tables: Table[]) => {
  if (tables.some(({ rows }) => rows.length > mostRows)) throw tooLong(mostRows)
  return tables
}

const linesOf = (text: string) => {
  const lines = paragraphsOf(text)
  if (lines === undefined) throw tooLong(mostParagraphs)
  return lines
}

/** Text in pieces that a cell can hold; nothing is dropped, no character halved. */
const pieces = (text: string): string[] => {
  const parts: string[] = []
  for (let at = 0; at < text.length; ) {
    const end = at + longestCell
    const halves = /[\ud800-\udbff]/.test(text.charAt(end - 1))
    parts.push(text.slice(at, halves ? end - 1 : end))
    at = halves ? end - 1 : end
  }
  return parts.length > 0 ? parts : ['']
}

/** One row, or several where its last column is too long for a cell. */
const rowsOf = (lead: (string | number)[], text: string): (string | number)[][] =>
  pieces(text).map((piece, at) => [...(at === 0 ? lead : lead.map(() => '')), piece])

const transcript = (conversation: ExportedConversation, options: ExportOptions): Table => {
  const both = options.translation !== 'none' && options.translation !== 'only' && hasTranslation(conversation)
  const named = options.speakers !== false
  const timed = options.times !== false
  return {
    name: 'Transcript',
    columns: [
      ...(timed
        ? [
            { heading: 'Start', width: 10 },
            { heading: 'End', width: 10 },
          ]
        : []),
      ...(named ? [{ heading: 'Speaker', width: 18 }] : []),
      { heading: 'Text', width: 80, wrap: true },
      ...(both ? [{ heading: 'Translation', width: 80, wrap: true }] : []),
    ],
    rows: conversation.segments.flatMap((segment) => {
      const { text, translation = '' } = shown(segment, options)
      const lead = [
        ...(timed ? [clockTime(segment.start_ms), clockTime(segment.end_ms)] : []),
        ...(named ? [oneLine(segment.speaker ?? '')] : []),
      ]
      const said = rowsOf(lead, plainText(text))
      if (!both) return said
      const translated = pieces(plainText(translation))
      const longest = Math.max(said.length, translated.length)
      return Array.from({ length: longest }, (_, at) => [
        ...(said[at] ?? [...lead.map(() => ''), '']),
        translated[at] ?? '',
      ])
    }),
  }
}

export const conversationTables = (conversation: ExportedConversation, options: ExportOptions) =>
  fitting([
    transcript(conversation, options),
    {
      name: 'Highlights',
      columns: [
        { heading: 'Start', width: 10 },
        { heading: 'End', width: 10 },
        { heading: 'Label', width: 18 },
        { heading: 'Text', width: 80, wrap: true },
      ],
      rows: conversation.highlights.flatMap(({ start_ms, end_ms, label, text }) =>
        rowsOf([clockTime(start_ms), clockTime(end_ms), oneLine(label ?? '')], plainText(text)),
      ),
    },
    {
      name: 'Tasks',
      columns: [
        { heading: 'Status', width: 10 },
        { heading: 'Assignee', width: 18 },
        { heading: 'Due', width: 14 },
        { heading: 'Task', width: 80, wrap: true },
      ],
      rows: conversation.tasks.flatMap(({ status, assignee, due_date, text }) =>
        rowsOf([status, oneLine(assignee ?? ''), oneLine(due_date ?? '')], plainText(text)),
      ),
    },
    {
      name: 'Analysis',
      columns: [
        { heading: 'Kind', width: 24 },
        { heading: 'Time', width: 10 },
        { heading: 'Text', width: 80, wrap: true },
      ],
      rows: (conversation.insights ?? []).flatMap(({ heading, items }) =>
        items.flatMap(({ text, at_ms }) =>
          rowsOf([oneLine(heading), at_ms == null ? '' : clockTime(at_ms)], plainText(text)),
        ),
      ),
    },
  ])

type Leaf = [name: string, value: string | number]

const deepest = 32

/** What a caller sends as analysis has no fixed form: each value is a row, named by its way from the root. */
const leaves = (value: unknown, name: string, depth = 0): Leaf[] => {
  if (value === null || value === undefined) return [[name, '']]
  if (typeof value === 'number') return [[name, value]]
  if (typeof value !== 'object') return [[name, String(value)]]
  if (depth === deepest) return [[name, '(nested too deeply to show)']]
  if (Array.isArray(value)) return value.flatMap((it, at) => leaves(it, `${name}[${at + 1}]`, depth + 1))
  return Object.entries(value).flatMap(([key, it]) => {
    const part = key.slice(0, 200)
    return leaves(it, name ? `${name}.${part}` : part, depth + 1)
  })
}

export interface Report {
  transcript: string
  analysis?: unknown
  title: string
}

export const reportTables = ({ transcript, analysis, title }: Report) =>
  fitting([
    {
      name: 'Transcript',
      columns: [{ heading: oneLine(title).slice(0, longestCell), width: 110, wrap: true }],
      rows: linesOf(transcript).flatMap((line) => rowsOf([], line)),
    },
    {
      name: 'Analysis',
      columns: [
        { heading: 'Value', width: 36 },
        { heading: 'Result', width: 80, wrap: true },
      ],
      rows: leaves(analysis ?? {}, '').flatMap(([name, value]) => {
        const label = oneLine(name).slice(0, 1000)
        return typeof value === 'number' ? [[label, value]] : rowsOf([label], plainText(value))
      }),
    },
  ])
