import type { SubtitleLimits } from './limits.ts'
import { type Spoken, spanOf, type TimedToken } from './times.ts'
import { joined, joinedWidth, type Token, tokensOf } from './tokens.ts'

/** Cuts tokens into at most `parts` lines of about equal width, or says that they do not fit into so few. */
const evenly = <T extends Token>(tokens: readonly T[], parts: number, line: number): T[][] | undefined => {
  const target = joinedWidth(tokens) / parts
  const pieces: T[][] = []
  let done = 0
  let piece: T[] = []
  for (const token of tokens) {
    const full = piece.length > 0 && joinedWidth([...piece, token]) > line
    const enough = piece.length > 0 && done + token.width / 2 > target * (pieces.length + 1)
    if (full || (enough && pieces.length + 1 < parts)) {
      pieces.push(piece)
      piece = []
    }
    piece.push(token)
    done += token.width + (token.spaced ? 1 : 0)
  }
  if (piece.length > 0) pieces.push(piece)
  return pieces.length <= parts ? pieces : undefined
}

export interface Pair {
  start_ms: number
  end_ms: number
  lines: string[]
  width: number
}

/**
 * One line of the original above one line of its translation. Both are cut into the same number of pieces, so that
 * what stands together belongs together as nearly as word order allows. A viewer reads one of the two: the longer
 * counts for the reading time.
 */
export const bilingual = (original: TimedToken[], spoken: Spoken, limits: SubtitleLimits): Pair[] => {
  const translation = tokensOf(spoken.translation ?? '', limits.line)
  const { start_ms, end_ms } = spanOf(spoken)
  const most = Math.max(original.length, translation.length)
  const byTime = Math.ceil((end_ms - start_ms) / limits.max_ms)
  const byWidth = Math.ceil(Math.max(joinedWidth(original), joinedWidth(translation)) / limits.line)
  for (let parts = Math.min(most, Math.max(1, byTime, byWidth)); parts <= most; parts++) {
    const above = evenly(original, parts, limits.line)
    const below = evenly(translation, parts, limits.line)
    if (above && below) return pairs(above, below, { start_ms, end_ms })
  }
  return []
}

const pairs = (above: TimedToken[][], below: Token[][], whole: { start_ms: number; end_ms: number }): Pair[] => {
  const count = Math.max(above.length, below.length)
  const place = (at: number) => whole.start_ms + ((whole.end_ms - whole.start_ms) * at) / count
  return Array.from({ length: count }, (_, at) => {
    const pieces = [above[at] ?? [], below[at] ?? []].filter((piece) => piece.length > 0)
    // Words tell the times only where every piece has some; else the pieces share the time of the whole.
    const spoken = above.length === count ? above[at]! : undefined
    return {
      start_ms: spoken?.[0]?.start_ms ?? place(at),
      end_ms: spoken?.at(-1)?.end_ms ?? place(at + 1),
      lines: pieces.map(joined),
      width: Math.max(...pieces.map(joinedWidth)),
    }
  })
}
