import type { Decoding } from './decoding.ts'
import type { Island } from './voice.ts'

/** The final, if the silence after this end proves to be a pause. */
export interface Guess {
  end: number
  /** Where the sound that it heard ends, some of the silence included. */
  to: number
  decoding: Decoding
  /** Its text stands in for an interim; not before the detector has heard the end too. */
  shows: boolean
}

/** Less than the shortest pause with the shortest sound after it. */
const near = 0.15 * 16_000

/** Whether it is a guess at speech that ends there: the detector's end and the one that was guessed at differ a little. */
export const isOf = (guess: Guess, end: number) => end <= guess.to && Math.abs(end - guess.end) <= near

/** What is being said now: from its first sound to the pause that ends it. */
export interface OpenPiece {
  start: number
  islands: Island[]
  /** The text up to a short pause, or to a quiet place: interims decode only what came since. */
  kept?: { end: number; text: string }
  guess?: Guess
  interim?: Decoding
  shown: { text: string; end: number }
  /** Where the last text was asked for. */
  lastAsked: number
}

export const openPiece = (start: number, position: number, islands: Island[] = []): OpenPiece => ({
  ...{ start, islands, shown: { text: '', end: start }, lastAsked: position },
})
