const second = 16_000

/** How much silence ends a piece: after a short one it may be a hesitation, a long one ends at the next breath. */
export const pauseThatEnds = (length: number) =>
  length < 1.2 * second
    ? 0.5 * second
    : length < 5 * second
      ? 0.32 * second
      : length < 7 * second
        ? 0.2 * second
        : 0.1 * second

export const longestPiece = 10 * second

export interface Load {
  busy: number
  streams: number
  workers: number
}

/**
 * The silence after which the final is decoded, before it is known to be a pause: then it is ready when that is certain. A machine with much
 * to do waits until it is likely, a full one until it is certain.
 */
export const guessAfter = ({ busy }: Load) => (busy < 0.4 ? 0 : busy < 0.75 ? 0.18 * second : Number.POSITIVE_INFINITY)

/** Of all that the decoders could do, the part that text which is replaced within seconds may take. */
const interimShare = 0.25

/** Samples between two interim texts, so that all streams together stay within that part; none when the machine is nearly full. */
export function interimInterval({ busy, streams, workers }: Load, decode_ms: number): number {
  if (busy > 0.85) return Number.POSITIVE_INFINITY
  return Math.max(0.6 * second, ((streams * decode_ms) / (workers * interimShare)) * 16 * (busy > 0.6 ? 2 : 1))
}
