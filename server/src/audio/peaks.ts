import { type DecodeOptions, decode, sampleRate } from './decode.ts'

export interface Peaks {
  /** Milliseconds that one pair stands for. */
  step_ms: number
  /** Lowest and highest sample of each step, alternating, from -128 to 127. */
  values: Int8Array
}

/** The waveform, small enough to send to a page: about `pairs` steps over the whole recording. */
export async function peaks(
  path: string,
  options: DecodeOptions & { duration_ms: number; pairs?: number },
): Promise<Peaks> {
  const step_ms = Math.max(10, Math.ceil(options.duration_ms / (options.pairs ?? 2000)))
  const step = (step_ms * sampleRate) / 1000
  const values: number[] = []
  let low = 0
  let high = 0
  let count = 0
  for await (const block of decode(path, options)) {
    for (const sample of block) {
      if (sample < low) low = sample
      if (sample > high) high = sample
      if (++count < step) continue
      values.push(low >> 8, high >> 8)
      low = high = count = 0
    }
  }
  if (count > 0) values.push(low >> 8, high >> 8)
  return { step_ms, values: Int8Array.from(values) }
}
