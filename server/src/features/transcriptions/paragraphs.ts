import type { Utterance } from '../../speech/port.ts'
import { type SpokenSentence, seconds, sentencesIn } from './spoken.ts'

export interface Paragraph {
  sentences: { text: string; start: number; end: number }[]
  speaker?: string | undefined
  num_words: number
  start: number
  end: number
}

/** After so many sentences a reader needs a break. */
const MOST_SENTENCES = 6
const PAUSE_MS = 2_000

const continues = (open: SpokenSentence[], next: SpokenSentence) => {
  const last = open.at(-1)!
  return last.speaker === next.speaker && open.length < MOST_SENTENCES && next.start_ms - last.end_ms < PAUSE_MS
}

/** Sentences put together: a new paragraph where the speaker changes, after a pause, or when it grows long. */
export function paragraphsOf(utterances: readonly Utterance[]): { transcript: string; paragraphs: Paragraph[] } {
  const groups: SpokenSentence[][] = []
  for (const sentence of utterances.flatMap(sentencesIn)) {
    const open = groups.at(-1)
    if (open && continues(open, sentence)) open.push(sentence)
    else groups.push([sentence])
  }
  const many = new Set(groups.map(([first]) => first!.speaker)).size > 1
  const textOf = (group: SpokenSentence[]) => group.map(({ text }) => text).join(' ')
  return {
    transcript: groups
      .map((group) => (many ? `${group[0]!.speaker ?? 'Speaker'}: ${textOf(group)}` : textOf(group)))
      .join('\n\n'),
    paragraphs: groups.map((group) => ({
      sentences: group.map(({ text, start_ms, end_ms }) => ({ text, start: seconds(start_ms), end: seconds(end_ms) })),
      ...(group[0]!.speaker !== undefined && { speaker: group[0]!.speaker }),
      num_words: group.reduce((sum, { words }) => sum + words.length, 0),
      start: seconds(group[0]!.start_ms),
      end: seconds(group.at(-1)!.end_ms),
    })),
  }
}
