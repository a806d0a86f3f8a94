import { sampleRate } from './decode.ts'

export interface Stretch {
  start_ms: number
  end_ms: number
}

const HERTZ = 1_000
const LOUDNESS = 0.15 * 32_767

/** One second of the tone; as a whole number of waves fits into it, it repeats without a seam. */
const tone = Int16Array.from({ length: sampleRate }, (_, at) =>
  Math.round(LOUDNESS * Math.sin((2 * Math.PI * HERTZ * at) / sampleRate)),
)

/**
 * The same samples with a tone in place of these stretches, which come in order. By the sample: ffmpeg switches its
 * filters from frame to frame, and a syllable would be heard at each end.
 */
export async function* beeped(
  blocks: AsyncIterable<Int16Array>,
  stretches: readonly Stretch[],
): AsyncGenerator<Int16Array> {
  const sampleAt = (ms: number) => Math.round((ms * sampleRate) / 1000)
  const left = stretches.map(({ start_ms, end_ms }) => ({ from: sampleAt(start_ms), to: sampleAt(end_ms) }))
  let begin = 0
  for await (const block of blocks) {
    const end = begin + block.length
    while (left[0] && left[0].to <= begin) left.shift()
    for (const { from, to } of left) {
      if (from >= end) break
      for (let at = Math.max(from, begin); at < Math.min(to, end); at += 1) block[at - begin] = tone[at % sampleRate]!
    }
    yield block
    begin = end
  }
}
