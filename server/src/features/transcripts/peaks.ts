import type { Peaks } from '../../audio/peaks.ts'

/** As it is kept: one byte a step, the louder of its two sides. */
export const loudness = ({ values }: Peaks): Buffer => {
  const kept = Buffer.alloc(values.length / 2)
  for (let at = 0; at < kept.length; at += 1)
    kept[at] = Math.min(255, Math.max(Math.abs(values[2 * at]!), Math.abs(values[2 * at + 1]!)) * 2)
  return kept
}
