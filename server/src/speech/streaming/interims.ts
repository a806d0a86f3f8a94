import { quietestPlace } from '../../audio/quiet.ts'
import type { EventQueue } from '../event-queue.ts'
import type { StreamEvent } from '../port.ts'
import type { DecodeStretch } from './decoding.ts'
import type { Load } from './engine.ts'
import { interimInterval } from './pace.ts'
import type { OpenPiece } from './piece.ts'
import type { Tape } from './tape.ts'
import { joined, stableChars } from './text.ts'

const second = 16_000
/** Below this the models write nothing. */
const shortest = 0.9 * second
/** A stretch without a pause that is longer is cut where it is quietest: what was decoded once is not decoded again. */
const longest = 3.2 * second
/** A word that a pause cut off begins a little before it was heard to. */
const overlap = 0.05 * second

interface InterimsOptions {
  decode: DecodeStretch
  tape: Tape
  load: () => Load
  events: EventQueue<StreamEvent>
  ms: (samples: number) => number
  /** The piece is still being said, and nothing before it waits for its final. */
  current: (piece: OpenPiece) => boolean
}

/** Text of what is being said. It costs what came since the last short pause, not the whole piece again and again. */
export function growingText({ decode, tape, load, events, ms, current }: InterimsOptions) {
  /** What an interim cost of late, its waiting included: they come less often where they come late. */
  let cost_ms = 100

  const show = (piece: OpenPiece, text: string, end: number) => {
    const { shown } = piece
    // What was asked for earlier may come later.
    if (!text || text === shown.text || end < shown.end || !current(piece)) return
    piece.shown = { text, end }
    const start = piece.islands[0]?.start ?? piece.start
    const utterance = { start_ms: ms(start), end_ms: ms(end), text, confidence: null }
    events.push({ type: 'interim', utterance, stable_chars: stableChars(shown.text, text) })
  }

  /** What is decoded next, and whether its text is kept. */
  function stretchOf({ kept, start, islands }: OpenPiece, position: number) {
    const from = kept ? Math.max(start, kept.end - overlap) : start
    const pause = islands.findLast((island) => island.end - from >= shortest)
    if (pause) return { from, to: Math.min(position, pause.end + 2 * overlap), keptTo: pause.end }
    if (position - from <= longest) return { from, to: position }
    const earliest = from + longest / 2
    const to = earliest + quietestPlace(tape.read(earliest, position - second / 2))
    return { from, to, keptTo: to }
  }

  return {
    show,
    ask(piece: OpenPiece, position: number) {
      if (piece.interim || !current(piece)) return
      if (position - piece.lastAsked < interimInterval(load(), cost_ms)) return
      const { from, to, keptTo } = stretchOf(piece, position)
      if (to - from < shortest) return
      piece.lastAsked = position
      const before = piece.kept?.text ?? ''
      const asked = performance.now()
      const decoding = decode({ from, to, priority: 'live-interim' })
      piece.interim = decoding
      decoding.result
        .then(
          ({ text }) => {
            cost_ms += (performance.now() - asked - cost_ms) * 0.3
            const all = joined(before, text)
            if (keptTo !== undefined && (piece.kept?.end ?? 0) < keptTo) piece.kept = { end: keptTo, text: all }
            show(piece, all, to)
          },
          () => {},
        )
        .finally(() => {
          delete piece.interim
        })
    },
  }
}
