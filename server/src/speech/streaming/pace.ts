const second = 16_000

/** How much silence ends a piece: after a short one it may be a hesitation, a long one ends at the next breath. */
export const pauseThatEnds = (length: number) =>
  length < 1.2 * second
    ? 0.5 * second
    : length < 6 * second
      ? 0.32 * second
      : length < 8 * second
        ? 0.2 * second
        : 0.1 * second

export const longestPiece = 10 * second

export interface Load {
  busy: number
  streams: number
  workers: number
}

/** Decoding at the first breath makes the final ready when the pause is certain; it is given up first when the machine has much to do. */
export const maySpeculate = ({ busy }: Load) => busy < 0.6

/** Samples between two interim texts, so that all streams together leave half of the machine for finals; none when it is nearly full. */
export function interimInterval({ busy, streams, workers }: Load): number {
  if (busy > 0.8) return Number.POSITIVE_INFINITY
  return Math.max(0.6 * second, (streams / workers) * 0.12 * second) * (busy > 0.5 ? 2 : 1)
}
