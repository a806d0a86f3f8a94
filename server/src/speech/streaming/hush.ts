const frame = 160
/** Some 20 dB below the voice. */
const quieter = 0.01

/** How much of the end of this sound is quiet beside the rest of it, in samples: known at once, where a voice detector waits to be sure. */
export function hushAtEnd(samples: Int16Array): number {
  const energies: number[] = []
  for (let end = samples.length; end >= frame; end -= frame) {
    let energy = 0
    for (let at = end - frame; at < end; at += 1) energy += samples[at]! * samples[at]!
    energies.push(energy)
  }
  const voice = energies.toSorted((a, b) => a - b)[Math.floor(energies.length * 0.9)] ?? 0
  const quiet = energies.findIndex((energy) => energy > voice * quieter)
  return Math.max(0, quiet) * frame
}
