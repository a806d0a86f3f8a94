const frame = 160

/** The middle of the quietest 50 ms of 16 kHz samples: the place to cut when there is no pause. */
export function quietestPlace(samples: Int16Array): number {
  const energies: number[] = []
  for (let at = 0; at + frame <= samples.length; at += frame) {
    let energy = 0
    for (let index = at; index < at + frame; index++) energy += samples[index]! * samples[index]!
    energies.push(energy)
  }
  let best = Math.floor(samples.length / 2)
  let least = Number.POSITIVE_INFINITY
  for (let index = 0; index + 5 <= energies.length; index++) {
    let sum = 0
    for (let near = index; near < index + 5; near++) sum += energies[near]!
    if (sum < least) {
      least = sum
      best = Math.floor((index + 2.5) * frame)
    }
  }
  return best
}
