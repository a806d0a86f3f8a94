import type { Segment } from '@mina/contract'

export interface Range {
  start: number
  end: number
}
export interface TimedWord extends Range {
  start_ms: number
  end_ms: number
  confidence: number | null
}

const kept = new WeakMap<Segment, TimedWord[]>()

/** Where each timed word stands in the text. A word that a person changed is passed over; the next one is found again. */
export function timedWords(segment: Segment): TimedWord[] {
  const known = kept.get(segment)
  if (known) return known
  const found: TimedWord[] = []
  let at = 0
  for (const word of segment.words ?? []) {
    const text = word.text.trim()
    const start = text ? segment.text.indexOf(text, at) : -1
    // Far away it is another place where the same word is said.
    if (start < 0 || start - at > 80) continue
    found.push({
      start,
      end: start + text.length,
      start_ms: word.start_ms,
      end_ms: word.end_ms,
      confidence: word.confidence ?? null,
    })
    at = start + text.length
  }
  kept.set(segment, found)
  return found
}

/** The moment at which this letter is said; without timed words, as if all letters took the same time. */
export function momentOf(segment: Segment, offset: number): number {
  const words = timedWords(segment)
  const word = words.findLast((it) => it.start <= offset)
  if (word) return word.start_ms
  if (words[0]) return segment.start_ms
  const part = segment.text.length ? Math.min(1, offset / segment.text.length) : 0
  return Math.round(segment.start_ms + (segment.end_ms - segment.start_ms) * part)
}

/** When the letters before this one have been said. */
export function endOf(segment: Segment, offset: number): number {
  const word = timedWords(segment).find((it) => it.end >= offset)
  if (word) return word.end_ms
  return offset >= segment.text.length ? segment.end_ms : momentOf(segment, offset)
}

export const wordAt = (segment: Segment, ms: number) =>
  timedWords(segment).findLast((it) => it.start_ms <= ms && ms < it.end_ms + 250)

const doubtful = 0.5

/** Words that were heard unclearly, as long as nobody has read them over. */
export const doubtfulWords = (segment: Segment): Range[] =>
  segment.edited ? [] : timedWords(segment).filter((it) => it.confidence !== null && it.confidence < doubtful)
