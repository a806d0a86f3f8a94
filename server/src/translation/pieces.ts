/** Cutting texts without losing a character: the pieces of a text, joined, are the text. */

/** Parts that end with so many line breaks and the white space around them. Lazy and linear: texts can be long. */
function* between(text: string, lineBreaks: number): Generator<string> {
  const lineBreak = /\r?\n|\r|\u2028|\u2029/g
  const space = /\s*/y
  let from = 0
  while (lineBreak.test(text)) {
    space.lastIndex = lineBreak.lastIndex
    space.test(text)
    const end = space.lastIndex
    let seen = 1
    while (seen < lineBreaks && lineBreak.test(text) && lineBreak.lastIndex <= end) seen += 1
    lineBreak.lastIndex = end
    if (seen < lineBreaks) continue
    yield text.slice(from, end)
    from = end
  }
  if (from < text.length) yield text.slice(from)
}

const segmented = (granularity: 'sentence' | 'word' | 'grapheme') => {
  const segmenter = new Intl.Segmenter(undefined, { granularity })
  return function* (text: string): Generator<string> {
    for (const { segment } of segmenter.segment(text)) yield segment
  }
}

export const sentencesOf = segmented('sentence')
export const paragraphsOf = (text: string) => Array.from(between(text, 2))

/** From the best place to cut to the worst; words and less only where a single sentence is too long. */
const levels: readonly ((text: string) => Iterable<string>)[] = [
  (text) => between(text, 2),
  (text) => between(text, 1),
  sentencesOf,
  segmented('word'),
  segmented('grapheme'),
  (text) => text,
]

/** Longer than any request: not worth measuring as a whole. */
const surelyLong = 100_000

/** Cuts a text into pieces of a load of at most `most` each, at the best bounds there are. */
export function* cutting(text: string, load: (text: string) => number, most = 1): Generator<string> {
  let current = ''
  let filled = 0

  function* flush() {
    if (current) yield current
    current = ''
    filled = 0
  }

  function* take(unit: string, level: number): Generator<string> {
    const weight = load(unit.slice(0, surelyLong))
    const finer = levels[level]
    if (weight > most && unit.trim() === '') {
      // White space at the end of a piece is not sent, so no amount of it is too much.
      current += unit
      yield* flush()
    } else if (weight > most && finer) {
      for (const part of finer(unit)) yield* take(part, level + 1)
    } else {
      if (filled + weight > most) yield* flush()
      current += unit
      filled += weight
    }
  }

  yield* take(text, 0)
  yield* flush()
}

export const cut = (text: string, load: (text: string) => number, most = 1) => Array.from(cutting(text, load, most))

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
  const parts = Array.from(between(text, lineBreaks), bare)
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
