import { SAMPLE_RATE } from './framer.ts'

/** So much of the sound to each side of a place tells what it sounds like, in samples of the recording; more is steeper. */
const side = 32
/** Just below half of the rate: what is higher would come back as a sound that nobody made. */
const cutoff = 0.45 * SAMPLE_RATE

/** A low-pass of the windowed sinc kind, for a place that lies `part` of a sample before the middle. */
function weights(rate: number, reach: number, part: number) {
  const turn = (2 * Math.PI * cutoff) / rate
  const all = Float32Array.from({ length: reach * 2 }, (_, at) => {
    const from = at - reach + 1 - part
    const sinc = from === 0 ? turn : Math.sin(turn * from) / from
    const place = Math.PI * (from / reach)
    // Blackman's window, around the middle.
    return sinc * (0.42 + 0.5 * Math.cos(place) + 0.08 * Math.cos(2 * place))
  })
  const sum = all.reduce((total, it) => total + it, 0)
  return all.map((it) => it / sum)
}

const steps = 128

/**
 * From the device's own rate to that of the recording, block by block. Only where the browser does not do it: Firefox
 * refuses a microphone in a context of another rate.
 */
export function resampler(rate: number): (block: Float32Array) => Float32Array {
  if (rate === SAMPLE_RATE) return (block) => block
  const stride = rate / SAMPLE_RATE
  const reach = Math.ceil(side * stride)
  const filters = Array.from({ length: steps + 1 }, (_, at) => weights(rate, reach, at / steps))
  let kept: Float32Array = new Float32Array(reach - 1)
  /** Where the next sample lies, counted from the first that is kept. */
  let next = reach - 1
  return (block) => {
    const all = new Float32Array(kept.length + block.length)
    all.set(kept)
    all.set(block, kept.length)
    const out: number[] = []
    for (; Math.floor(next) + reach < all.length; next += stride) {
      const from = Math.floor(next) - reach + 1
      const filter = filters[Math.round((next % 1) * steps)] as Float32Array
      let sum = 0
      for (let at = 0; at < filter.length; at++) sum += (filter[at] ?? 0) * (all[from + at] ?? 0)
      out.push(sum)
    }
    const spent = Math.min(all.length, Math.max(0, Math.floor(next) - reach + 1))
    kept = all.slice(spent)
    next -= spent
    return Float32Array.from(out)
  }
}
