import type { ExportFormat } from '@mina/contract'
import { toSrt, toVtt } from './captions.ts'
import { type ExportedConversation, type ExportOptions, shown } from './conversation.ts'
import { bounded, conversationDocument } from './document.ts'
import { toJson } from './json.ts'
import { toMarkdown } from './markdown.ts'
import type { Office } from './office.ts'
import { subtitles } from './subtitles.ts'
import { conversationTables } from './tables.ts'
import { toText } from './text.ts'

export interface Renderer {
  /** The content type of the file. */
  type: string
  extension: string
  render(conversation: ExportedConversation, options: ExportOptions): Promise<Uint8Array | string>
}

const cues = (conversation: ExportedConversation, options: ExportOptions, names: boolean) =>
  subtitles(
    conversation.segments.map((segment) => {
      const { text, translation } = shown(segment, options)
      // The words tell the times of the original only.
      return { ...segment, text, translation, words: text === segment.text ? segment.words : undefined }
    }),
    {
      ...options.subtitles,
      names,
      length_ms: conversation.duration_ms,
      bilingual: conversation.segments.some((segment) => shown(segment, options).translation !== undefined),
    },
  )

/** One speaker alone needs no name on the screen. */
const severalSpeakers = ({ segments }: ExportedConversation, { speakers }: ExportOptions) =>
  speakers !== false && new Set(segments.map(({ speaker }) => speaker).filter(Boolean)).size > 1

const text = (
  extension: string,
  type: string,
  render: (it: ExportedConversation, options: ExportOptions) => string,
) => ({
  type: `${type}; charset=utf-8`,
  extension,
  render: async (it: ExportedConversation, options: ExportOptions) => render(it, options),
})

type TextFormat = Exclude<ExportFormat, 'docx' | 'pdf' | 'xlsx'>

/** Formats that are text: quick, pure, without any library, for the command line as well. */
export const textRenderers: Record<TextFormat, Renderer> = {
  txt: text('txt', 'text/plain', (it, options) => toText(conversationDocument(it, options))),
  md: text('md', 'text/markdown', (it, options) => toMarkdown(conversationDocument(it, options))),
  srt: text('srt', 'application/x-subrip', (it, options) => toSrt(cues(it, options, severalSpeakers(it, options)))),
  vtt: text('vtt', 'text/vtt', (it, options) =>
    toVtt(cues(it, options, false), { voices: options.speakers !== false }),
  ),
  json: text('json', 'application/json', toJson),
}

const openXml = 'application/vnd.openxmlformats-officedocument'

export const fileTypes = {
  docx: `${openXml}.wordprocessingml.document`,
  pdf: 'application/pdf',
  xlsx: `${openXml}.spreadsheetml.sheet`,
} as const

export const createRenderers = (office: Office): Record<ExportFormat, Renderer> => ({
  ...textRenderers,
  docx: {
    type: fileTypes.docx,
    extension: 'docx',
    render: (it, options) => office.make({ format: 'docx', document: bounded(conversationDocument(it, options)) }),
  },
  pdf: {
    type: fileTypes.pdf,
    extension: 'pdf',
    render: (it, options) => office.make({ format: 'pdf', document: bounded(conversationDocument(it, options)) }),
  },
  xlsx: {
    type: fileTypes.xlsx,
    extension: 'xlsx',
    render: (it, options) => office.make({ format: 'xlsx', tables: conversationTables(it, options) }),
  },
})
