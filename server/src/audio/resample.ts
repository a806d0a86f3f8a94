export interface Resampler {
  push(block: Int16Array): Int16Array
}

/** Zero crossings of the filter on each side. */
const reach = 12

/** A stream of samples at another rate, by a windowed sinc; continuous over block bounds. */
export function createResampler(from: number, to: number): Resampler {
  if (from === to) return { push: (block) => block }
  const cutoff = Math.min(1, to / from) * 0.95
  const width = Math.ceil(reach / cutoff)
  const step = from / to
  let kept: Int16Array = new Int16Array(width)
  /** Position of the next output sample within `kept`. */
  let position = width

  return {
    push(block) {
      const input = new Int16Array(kept.length + block.length)
      input.set(kept)
      input.set(block, kept.length)
      const out = new Int16Array(Math.max(0, Math.ceil((input.length - width - position) / step)))
      let written = 0
      for (; position + width < input.length && written < out.length; position += step) {
        out[written++] = clamp(at(input, position, width, cutoff))
      }
      const drop = Math.max(0, Math.floor(position) - width)
      kept = input.slice(drop)
      position -= drop
      return written === out.length ? out : out.subarray(0, written)
    },
  }
}

function at(input: Int16Array, position: number, width: number, cutoff: number): number {
  const centre = Math.floor(position)
  let sum = 0
  let weights = 0
  for (let index = centre - width + 1; index <= centre + width; index++) {
    const distance = position - index
    const x = Math.PI * distance * cutoff
    const window = 0.5 + 0.5 * Math.cos((Math.PI * distance) / (width + 1))
    const weight = (Math.abs(x) < 1e-9 ? 1 : Math.sin(x) / x) * window
    sum += (input[index] ?? 0) * weight
    weights += weight
  }
  return sum / weights
}

const clamp = (value: number) => Math.max(-32768, Math.min(32767, Math.round(value)))
