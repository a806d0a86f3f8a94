import { quietestPlace } from '../../../audio/quiet.ts'
import { doubts, withoutRepeats } from './guards.ts'
import type { Decoded } from './messages.ts'

export interface PieceText {
  text: string
  doubtful: boolean
  timed?: Decoded['timed']
  language?: string
}

/** Decodes a piece and, when the model seems to have run in circles, its two halves: a loop seldom survives another beginning. */
export async function recognisePiece(
  samples: Int16Array,
  decode: (samples: Int16Array) => Promise<Decoded>,
): Promise<PieceText> {
  const first = await decode(samples)
  const seconds = samples.length / 16_000
  if (doubts(first.text, first.tokens, seconds).length === 0)
    return { text: first.text, doubtful: false, timed: first.timed, language: first.language }
  const [from, to] = [Math.floor(samples.length * 0.3), Math.floor(samples.length * 0.7)]
  const middle = from + quietestPlace(samples.subarray(from, to))
  const halves = await Promise.all([decode(samples.slice(0, middle)), decode(samples.slice(middle))])
  const text = halves
    .map((half) => half.text)
    .join(' ')
    .trim()
  const tokens = halves.reduce((sum, half) => sum + half.tokens, 0)
  if (doubts(text, tokens, seconds).length === 0) return { text, doubtful: false, language: first.language }
  return { text: withoutRepeats(text), doubtful: true, language: first.language }
}
