/** The Realtime protocol takes 24 kHz only. Linear interpolation, continuous over the joints of a stream. */
export function createResampler(from: number, to: number) {
  if (from === to) return (pcm: Int16Array) => pcm
  const step = from / to
  let previous = 0
  let position = 0
  return (pcm: Int16Array): Int16Array => {
    const out: number[] = []
    // Position 0 is the last sample of the piece before, 1 is the first of this one.
    while (position < pcm.length) {
      const left = Math.floor(position)
      const before = left === 0 ? previous : pcm[left - 1]!
      out.push(Math.round(before + (pcm[left]! - before) * (position - left)))
      position += step
    }
    position -= pcm.length
    previous = pcm.at(-1) ?? previous
    return Int16Array.from(out)
  }
}
