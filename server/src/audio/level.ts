/** Peak level that speech is brought to: the 99.9th percentile of the samples lands here. */
const target = 0.5 * 32768
const strongest = 100
const bins = 512
const binWidth = 64

export interface Leveller {
  /** The same block when it is loud enough, a louder copy when it is not. */
  level(block: Int16Array): Int16Array
}

/**
 * Lifts quiet recordings before the voice detector hears them: it fails at -40 dB, long before the recogniser does. The level is that of
 * the last minutes, so a far speaker is lifted too; noise that is lifted all the way still counts as no speech (measured).
 * Loudness is never reduced. `remember_s` is the time after which what was heard counts half.
 */
export function createLeveller(options: { remember_s?: number; settle_s?: number } = {}): Leveller {
  const half = (options.remember_s ?? 120) * 16_000
  const settle = (options.settle_s ?? 1) * 16_000
  const counts = new Float64Array(bins)
  let total = 0
  let heard = 0
  let gain = 1

  const count = (block: Int16Array) => {
    const keep = 0.5 ** (block.length / half)
    for (let bin = 0; bin < bins; bin++) counts[bin]! *= keep
    total *= keep
    // Every fourth sample tells the level as well as all of them do.
    for (let at = 0; at < block.length; at += 4) {
      const bin = Math.abs(block[at]!) >> 6
      counts[bin < bins ? bin : bins - 1]! += 1
      total += 1
    }
    heard += block.length
  }

  const wanted = () => {
    let above = total * 0.001
    for (let bin = bins - 1; bin >= 0; bin--) {
      above -= counts[bin]!
      if (above <= 0) {
        // A step of 64 is too coarse to tell -50 dB from -56: inside the lowest bin the middle is the best guess.
        const peak = bin === 0 ? binWidth / 2 : (bin + 1) * binWidth
        return Math.min(strongest, Math.max(1, target / peak))
      }
    }
    return 1
  }

  return {
    level(block) {
      count(block)
      const next = heard < settle ? 1 : wanted()
      // A first block has no gain to come from.
      const before = heard === block.length ? next : gain
      gain = next
      if (before < 1.12 && next < 1.12) return block
      return amplify(block, Math.min(before, next), next)
    },
  }
}

/** From one gain to the other within the first tenth of a second, so that the step is not heard as an onset. */
function amplify(block: Int16Array, from: number, to: number): Int16Array {
  const out = new Int16Array(block.length)
  const ramp = Math.min(block.length, 1600)
  for (let at = 0; at < block.length; at++) {
    const factor = at < ramp ? from + ((to - from) * at) / ramp : to
    const value = block[at]! * factor
    out[at] = Math.max(-32768, Math.min(32767, value))
  }
  return out
}
