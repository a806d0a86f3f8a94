import type { SubtitleLimits } from './subtitles/limits.ts'

/** What an export is made of, whoever holds the conversation: the database, a share, the command line. */
export interface ExportedConversation {
  title: string
  created_at: Date | string
  duration_ms: number
  /** BCP 47 of what was said. */
  language?: string | null
  /** BCP 47 of the segments' `translation`. */
  translation_language?: string | null
  speakers: readonly string[]
  segments: readonly ExportedSegment[]
  highlights: readonly ExportedHighlight[]
  tasks: readonly ExportedTask[]
  /** What was found in the conversation, one section a kind: summary, decisions, questions. */
  insights?: readonly ExportedInsight[]
}

export interface ExportedSegment {
  start_ms: number
  end_ms: number
  text: string
  speaker?: string | null
  translation?: string | null
  words?: readonly ExportedWord[]
}

export interface ExportedWord {
  text: string
  start_ms: number
  end_ms: number
  confidence?: number | null
  punctuated?: string
}

export interface ExportedHighlight {
  text: string
  label?: string | null
  start_ms: number
  end_ms: number
}

export interface ExportedTask {
  text: string
  assignee?: string | null
  due_date?: string | null
  status: 'open' | 'done'
}

export interface ExportedInsight {
  heading: string
  items: readonly { text: string; at_ms?: number | null }[]
}

export interface ExportOptions {
  /** Original and translation together (the default), one of them alone. */
  translation?: 'both' | 'only' | 'none'
  /** Times beside the text; subtitles always carry theirs. */
  times?: boolean
  speakers?: boolean
  /** IANA name for the date in the head of a document; UTC without it. */
  timeZone?: string
  subtitles?: Partial<SubtitleLimits>
}

/** The text of a segment as the options want it, and what stands below it. */
export const shown = (segment: ExportedSegment, options: ExportOptions): { text: string; translation?: string } => {
  const translation = segment.translation?.trim() ? segment.translation : undefined
  if (options.translation === 'none' || translation === undefined) return { text: segment.text }
  return options.translation === 'only' ? { text: translation } : { text: segment.text, translation }
}

export const hasTranslation = (conversation: ExportedConversation) =>
  conversation.segments.some((segment) => segment.translation?.trim())
