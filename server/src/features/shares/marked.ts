import type { Shared } from './reading.ts'

type Said = Pick<Shared['segments'][number], 'text' | 'start_ms' | 'end_ms'>
type Mark = Pick<Shared['highlights'][number], 'text' | 'start_ms' | 'end_ms' | 'colour'>

export interface Piece {
  text: string
  /** The colours of the highlights that lie over it. */
  colours: readonly string[]
}

/** So few letters may stand in two places by chance. */
const CHANCE = 3

/** Where a highlight lies in a segment: in a part of it, over all of it, or running over into its neighbours. */
function placeOf({ text: said, start_ms, end_ms }: Mark, { text, ...at }: Said): [number, number] | null {
  if (start_ms >= at.end_ms || end_ms <= at.start_ms) return null
  const words = said.trim()
  const start = text.indexOf(words)
  if (start >= 0) return [start, start + words.length]
  if (words.includes(text.trim())) return [0, text.length]
  for (let length = Math.min(text.length, words.length); length > CHANCE; length -= 1) {
    if (text.endsWith(words.slice(0, length))) return [text.length - length, text.length]
    if (text.startsWith(words.slice(-length))) return [0, length]
  }
  return null
}

/** The text of a segment, cut wherever a highlight begins or ends. */
export function marked(segment: Said, highlights: readonly Mark[]): Piece[] {
  const layers = highlights.flatMap((mark) => {
    const place = placeOf(mark, segment)
    return place ? [{ from: place[0], to: place[1], colour: mark.colour }] : []
  })
  const { text } = segment
  const cuts = [...new Set([0, text.length, ...layers.flatMap(({ from, to }) => [from, to])])].sort((a, b) => a - b)
  return cuts.slice(0, -1).map((from, at) => {
    const to = cuts[at + 1]!
    const over = layers.filter((it) => it.from <= from && it.to >= to)
    return { text: text.slice(from, to), colours: [...new Set(over.map((it) => it.colour))] }
  })
}
