/** Cutting texts without losing a character: the pieces of a text, joined, are the text. */

const runs = (text: string, lineBreaks: number) => {
  const ends: number[] = []
  for (const run of text.matchAll(/\s+/g)) {
    if ((run[0].match(/\n|\r(?!\n)|\u2028|\u2029/g)?.length ?? 0) >= lineBreaks) ends.push(run.index + run[0].length)
  }
  return ends
}

const between = (text: string, ends: number[]) => {
  const parts: string[] = []
  let from = 0
  for (const end of [...ends, text.length]) {
    if (end > from) parts.push(text.slice(from, end))
    from = end
  }
  return parts
}

const segmenters = {
  sentence: new Intl.Segmenter(undefined, { granularity: 'sentence' }),
  word: new Intl.Segmenter(undefined, { granularity: 'word' }),
  grapheme: new Intl.Segmenter(undefined, { granularity: 'grapheme' }),
}
const segmented = (granularity: keyof typeof segmenters) => (text: string) =>
  Array.from(segmenters[granularity].segment(text), (it) => it.segment)

export const paragraphsOf = (text: string) => between(text, runs(text, 2))
export const sentencesOf = segmented('sentence')

/** From the best place to cut to the worst; words and less only where a single sentence is too long. */
const levels: readonly ((text: string) => string[])[] = [
  paragraphsOf,
  (text) => between(text, runs(text, 1)),
  sentencesOf,
  segmented('word'),
  segmented('grapheme'),
  (text) => Array.from(text),
]

/** Cuts a text into pieces of a load of at most `most` each, at the best bounds there are. */
export function cut(text: string, load: (text: string) => number, most = 1): string[] {
  const pieces: string[] = []
  let current = ''
  let filled = 0
  const take = (unit: string, level: number) => {
    const weight = load(unit)
    if (current && filled + weight > most && weight <= most) {
      pieces.push(current)
      current = ''
      filled = 0
    }
    const finer = levels[level]
    if (weight > most && finer) {
      for (const part of finer(unit)) take(part, level + 1)
      return
    }
    if (current && filled + weight > most) {
      pieces.push(current)
      current = ''
      filled = 0
    }
    current += unit
    filled += weight
  }
  take(text, 0)
  if (current) pieces.push(current)
  return pieces
}

export interface Piece {
  /** White space before and after, which no engine is trusted with. */
  before: string
  core: string
  after: string
}

export const bare = (text: string): Piece => {
  const core = text.trim()
  const from = core ? text.indexOf(core) : 0
  return { before: core ? text.slice(0, from) : text, core, after: core ? text.slice(from + core.length) : '' }
}

/** Nothing to translate in numbers, dashes and notes of music. */
export const translatable = (core: string) => /\p{L}/u.test(core)

const laidOut = (text: string, lineBreaks: number) => {
  const parts = between(text, runs(text, lineBreaks)).map(bare)
  return { parts, gaps: parts.map((part) => part.after) }
}

/**
 * Puts the line and paragraph breaks of the source, exactly, between the lines of its translation.
 * null where the translation has other paragraphs than the source.
 */
export function withLayoutOf(source: string, translation: string): string | null {
  for (const lineBreaks of [1, 2]) {
    const from = laidOut(source, lineBreaks)
    const to = laidOut(translation, lineBreaks)
    if (from.parts.length === to.parts.length)
      return to.parts.map((part, index) => part.before + part.core + from.gaps[index]).join('')
  }
  return null
}
