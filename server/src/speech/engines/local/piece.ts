import { quietestPlace } from '../../../audio/quiet.ts'
import { difference, disagreement } from './compare.ts'
import { doubts, withoutRepeats } from './guards.ts'
import type { Decoded } from './messages.ts'

export interface PieceText {
  text: string
  doubtful: boolean
  timed?: Decoded['timed']
  language?: string | undefined
  /** How far a second hearing in two halves differs, 0 to 1; only where one was asked for, and known later than the text. */
  disagreement?: Promise<number | undefined> | undefined
}

/** Two hearings that differ by less are of the same words. */
const sameWords = 0.2

/**
 * Decodes a piece and, when the model seems to have run in circles, its two halves: a loop seldom survives another beginning. Where the
 * halves are heard in any case, to see whether they agree with the whole, it is done beside the whole.
 */
export async function recognisePiece(
  samples: Int16Array,
  decode: (samples: Int16Array) => Promise<Decoded>,
  twice = false,
): Promise<PieceText> {
  // Asked for first, the whole is heard first.
  const whole = decode(samples)
  const beside = twice ? inHalves(samples, decode) : undefined
  beside?.catch(() => {})
  const first = await whole
  const seconds = samples.length / 16_000
  const { text, tokens, timed, language } = first
  const doubt = doubts(text, tokens, seconds)
  const differs = beside?.then((halves) => disagreement(text, halves.text))
  differs?.catch(() => {})
  const plain: PieceText = { text, doubtful: false, timed, language, disagreement: differs }
  if (doubt.length === 0) return plain
  const halves = await (beside ?? inHalves(samples, decode))
  // People do say things three times, and announcements most of all.
  const saidSo = !doubt.includes('too_many_tokens') && difference(text, halves.text) < sameWords
  if (saidSo) return plain
  if (doubts(halves.text, halves.tokens, seconds).length === 0)
    return { text: halves.text, doubtful: false, language, disagreement: differs }
  return { text: withoutRepeats(halves.text), doubtful: true, language, disagreement: differs }
}

async function inHalves(samples: Int16Array, decode: (samples: Int16Array) => Promise<Decoded>) {
  const [from, to] = [Math.floor(samples.length * 0.3), Math.floor(samples.length * 0.7)]
  const middle = from + quietestPlace(samples.subarray(from, to))
  const halves = await Promise.all([decode(samples.slice(0, middle)), decode(samples.slice(middle))])
  const text = halves
    .map((half) => half.text)
    .join(' ')
    .trim()
  return { text, tokens: halves.reduce((sum, half) => sum + half.tokens, 0) }
}
