import { quietestPlace } from '../../../audio/quiet.ts'
import type { Island } from '../../streaming/voice.ts'

const second = 16_000
const longestPiece = 15 * second
const longestGap = 2 * second
const longestIsland = 20 * second
const pad = 0.2 * second

/** What is decoded in one go: neighbouring stretches of speech with a little of the silence around them. */
export interface Piece {
  start: number
  end: number
  islands: Island[]
  speaker?: number | undefined
}

export interface Packer {
  /** The pieces that are complete now that this island is known. */
  add(island: Island, speaker?: number): Piece[]
  /** Where the detector is, and whether it hears speech: a long silence completes a piece. */
  quietUntil(position: number): Piece[]
  flush(end: number): Piece[]
  /** Nothing before this position will be asked for again. */
  readonly needs: number | undefined
}

/**
 * The detector cuts too often on purpose, and neighbours are joined again to pieces of up to 15 s: long enough for context, and never cut
 * inside a word. The padding stops in the middle of the gap, so that no sound is decoded twice.
 */
export function createPacker(limits: { first?: number | undefined; longest?: number; gap?: number } = {}): Packer {
  const most = limits.longest ?? longestPiece
  let longest = limits.first ?? most
  const widest = limits.gap ?? longestGap
  let open: Piece | undefined
  let before = 0

  const close = (next: number): Piece[] => {
    if (!open) return []
    const last = open.islands.at(-1)!
    const piece = { ...open, end: Math.min(last.end + pad, Math.floor((last.end + next) / 2)) }
    before = last.end
    open = undefined
    longest = most
    return [piece]
  }

  return {
    add(island, speaker) {
      const first = open?.islands[0]
      const last = open?.islands.at(-1)
      if (open && first && last) {
        const fits =
          island.end - first.start <= longest && island.start - last.end <= widest && open.speaker === speaker
        if (fits) {
          open.islands.push(island)
          return []
        }
      }
      const done = close(island.start)
      const start = Math.max(0, island.start - pad, Math.ceil((before + island.start) / 2))
      open = {
        start: before === 0 ? Math.max(0, island.start - pad) : start,
        end: island.end,
        islands: [island],
        speaker,
      }
      return done
    },
    quietUntil(position) {
      const last = open?.islands.at(-1)
      return last && position - last.end > widest ? close(position) : []
    },
    flush: (end) => close(Math.max(end, (open?.islands.at(-1)?.end ?? 0) + 2 * pad)),
    get needs() {
      return open?.start
    },
  }
}

/** A stretch of speech too long for the model is cut where it is quietest in the last two fifths of what fits. */
export function splitLong(
  island: Island,
  read: (from: number, to: number) => Int16Array,
  longest = longestIsland,
): Island[] {
  const parts: Island[] = []
  let { start } = island
  while (island.end - start > longest) {
    const from = start + Math.floor(longest * 0.6)
    const at = from + quietestPlace(read(from, start + longest))
    parts.push({ start, end: at })
    start = at
  }
  parts.push({ start, end: island.end })
  return parts
}
