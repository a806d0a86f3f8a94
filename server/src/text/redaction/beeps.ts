export interface TimedWord {
  text: string
  start_ms: number
  end_ms: number
}

export interface TimedText {
  text: string
  start_ms: number
  end_ms: number
  words?: readonly TimedWord[]
}

export interface TimeRange {
  start_ms: number
  end_ms: number
}

/** Speech does not start and stop on the millisecond. */
const margin_ms = 60

/**
 * What to beep so that none of the spans is heard. Where words carry times these decide; where they do not fit the text
 * (someone edited it) the range grows to the nearest words that do: rather too much than a syllable too little.
 */
export function beepsFor(segment: TimedText, spans: readonly { start: number; end: number }[]): TimeRange[] {
  const placed = placeWords(segment)
  const ranges = spans
    .map((span) => {
      const before = placed.filter((word) => word.end <= span.start).at(-1)
      const after = placed.find((word) => word.start >= span.end)
      const inside = placed.filter((word) => word.start < span.end && span.start < word.end)
      const covered =
        inside.length > 0 && inside[0]!.start <= span.start && inside.at(-1)!.end >= lastLetter(segment.text, span)
      const complete =
        covered && inside.every((word, at) => at === 0 || noLetters(segment.text, inside[at - 1]!.end, word.start))
      const start = complete ? inside[0]!.start_ms - margin_ms : (before?.end_ms ?? segment.start_ms)
      const end = complete ? inside.at(-1)!.end_ms + margin_ms : (after?.start_ms ?? segment.end_ms)
      return { start_ms: Math.max(segment.start_ms, start), end_ms: Math.min(segment.end_ms, Math.max(start, end)) }
    })
    .filter((range) => range.end_ms > range.start_ms)
  return joined(ranges)
}

interface PlacedWord {
  start: number
  end: number
  start_ms: number
  end_ms: number
}

const letters = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}@]/gu, '')
const noLetters = (text: string, from: number, to: number): boolean => letters(text.slice(from, to)) === ''
const lastLetter = (text: string, { start, end }: { start: number; end: number }): number =>
  start + text.slice(start, end).replace(/[^\p{L}\p{N}]+$/u, '').length

/** Finds each timed word in the text, in order; those that are not there are left out. */
function placeWords({ text, words = [] }: TimedText): PlacedWord[] {
  const placed: PlacedWord[] = []
  const lower = text.toLowerCase()
  let cursor = 0
  for (const word of words) {
    const bare = word.text.toLowerCase().replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '')
    if (!bare) continue
    const at = lower.indexOf(bare, cursor)
    // Far ahead is another place where the same word stands: the text was edited here.
    if (at < 0 || at - cursor > 40) continue
    placed.push({ start: at, end: at + bare.length, start_ms: word.start_ms, end_ms: word.end_ms })
    cursor = at + bare.length
  }
  return placed
}

function joined(ranges: TimeRange[]): TimeRange[] {
  const merged: TimeRange[] = []
  for (const range of ranges.sort((a, b) => a.start_ms - b.start_ms)) {
    const last = merged.at(-1)
    if (last && range.start_ms <= last.end_ms) last.end_ms = Math.max(last.end_ms, range.end_ms)
    else merged.push({ ...range })
  }
  return merged
}
