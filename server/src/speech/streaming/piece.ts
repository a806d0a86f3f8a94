import type { Decoding } from './decoding.ts'
import type { Island } from './voice.ts'

/** What is being said now: from its first sound to the pause that ends it. */
export interface OpenPiece {
  start: number
  islands: Island[]
  /** The text up to a short pause, or to a quiet place: interims decode only what came since. */
  kept?: { end: number; text: string }
  /** The final, if the silence after this end proves to be a pause. */
  guess?: { end: number; decoding: Decoding }
  interim?: Decoding
  shown: { text: string; end: number }
  /** Where the last text was asked for. */
  lastAsked: number
}

export const openPiece = (start: number, position: number, islands: Island[] = []): OpenPiece => ({
  ...{ start, islands, shown: { text: '', end: start }, lastAsked: position },
})
