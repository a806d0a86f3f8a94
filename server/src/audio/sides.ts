import { decode } from './decode.ts'

const frame = 800
/** Under this energy a frame is silence: a mean of 100 of 32,768, about -50 dB. */
const silent = frame * 100 ** 2
/** One side speaks when it has so many times the energy of the other: 12 dB. */
const louder = 16
const windows = 4
const windowMs = 30_000

interface Heard {
  path: string
  duration_ms: number
  channels: number
  signal?: AbortSignal | undefined
}

/**
 * Whether the two channels are the two sides of a call: nearly all the time one of them speaks alone, and both do so in turn. A room
 * recorded with two microphones is in both channels at once, and so is the same sound written twice. Listens to two minutes at most.
 */
export async function twoSides({ path, duration_ms, channels, signal }: Heard): Promise<boolean> {
  if (channels !== 2) return false
  const alone = [0, 0]
  let spoken = 0
  for (const from_ms of places(duration_ms)) {
    const [left, right] = await Promise.all(
      [0, 1].map((channel) => energies(path, { channel, from_ms, to_ms: from_ms + windowMs, signal })),
    )
    for (const [at, one] of left!.entries()) {
      const other = right![at] ?? 0
      if (Math.max(one, other) < silent) continue
      spoken++
      if (one > other * louder) alone[0]!++
      else if (other > one * louder) alone[1]!++
    }
  }
  return spoken > 0 && alone[0]! + alone[1]! >= spoken * 0.8 && Math.min(...alone) >= spoken * 0.05
}

const places = (duration_ms: number) =>
  duration_ms <= windows * windowMs
    ? Array.from({ length: Math.ceil(duration_ms / windowMs) }, (_, index) => index * windowMs)
    : Array.from({ length: windows }, (_, index) => Math.floor(((duration_ms - windowMs) * index) / (windows - 1)))

async function energies(path: string, stretch: Parameters<typeof decode>[1]): Promise<number[]> {
  const found: number[] = []
  let energy = 0
  let filled = 0
  for await (const block of decode(path, stretch)) {
    for (const sample of block) {
      energy += sample * sample
      if (++filled < frame) continue
      found.push(energy)
      energy = filled = 0
    }
  }
  return found
}
