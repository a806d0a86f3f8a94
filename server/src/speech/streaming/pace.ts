import type { Load } from './engine.ts'

const second = 16_000

/** How much silence ends a piece: after a short one it may be a hesitation, a long one ends at the next breath. */
export const pauseThatEnds = (length: number) =>
  length < 1.2 * second
    ? 0.5 * second
    : length < 5 * second
      ? 0.3 * second
      : length < 7 * second
        ? 0.2 * second
        : 0.1 * second

export const longestPiece = 10 * second

/** Quiet that may be the end: a machine that guesses at once takes it for that before the detector is sure. */
export const hushThatEnds = 0.08 * second

/**
 * The silence after which the final is decoded, before it is known to be a pause: then it is ready when that is certain. A machine with much
 * to do waits until it is likely, a full one until it is certain.
 */
export const guessAfter = ({ finals }: Load) =>
  finals < 0.35 ? 0 : finals < 0.6 ? 0.18 * second : Number.POSITIVE_INFINITY

/** All live work together stays below this part of what the decoders can do, so that a final seldom waits. */
const fullest = 0.7
/** Of that the part which text that is replaced within seconds may take. */
const interimShare = { least: 0.05, most: 0.4 }
const shortestInterval = 0.5 * second

/** Samples between two interim texts of one stream; none when finals alone nearly fill the machine. */
export function interimInterval({ finals, speaking, workers }: Load, cost_ms: number): number {
  const free = fullest - finals
  if (free < interimShare.least) return Number.POSITIVE_INFINITY
  const share = Math.min(free, interimShare.most)
  return Math.max(shortestInterval, (speaking * cost_ms * 16) / (workers * share))
}
