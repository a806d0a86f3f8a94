const rate = 16_000

/** The same numbers each time, from -1 to 1. */
function randomNumbers(seed = 7) {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2_147_483_648 - 1
  }
}

const made = (length: number, sample: (at: number) => number): Int16Array => {
  const pcm = new Int16Array(length)
  for (let at = 0; at < length; at++) pcm[at] = Math.round(clamped(sample(at) * 32_767))
  return pcm
}
const clamped = (value: number) => Math.max(-32_768, Math.min(32_767, value))

const white = (length: number) => {
  const next = randomNumbers()
  return made(length, () => next() * 0.3)
}

/** Paul Kellet's filter, the economy version. */
const pink = (length: number) => {
  const next = randomNumbers()
  let [low, middle, high] = [0, 0, 0]
  return made(length, () => {
    const it = next()
    low = 0.99765 * low + it * 0.099046
    middle = 0.963 * middle + it * 0.2965164
    high = 0.57 * high + it * 1.0526913
    return (low + middle + high + it * 0.1848) * 0.08
  })
}

const tone = (frequency: number, at: number) => Math.sin((2 * Math.PI * frequency * at) / rate)
const seconds = (at: number) => at / rate

/** Engaged and dialling tones: what a call that nobody answers is made of. */
const tones = (length: number) =>
  made(length, (at) =>
    seconds(at) % 1 < 0.5 ? 0.25 * (tone(425, at) + tone(941, at) * (seconds(at) % 4 < 1 ? 1 : 0)) : 0,
  )

const chords = [
  [262, 330, 392],
  [220, 262, 330],
  [175, 220, 262],
  [196, 247, 294],
] as const

/** Chords, a tune over them and a drum: each note with its attack and its overtones. */
const music = (length: number) => {
  const next = randomNumbers()
  return made(length, (at) => {
    const time = seconds(at)
    const chord = chords[Math.floor(time / 2) % chords.length]!
    const note = chord[Math.floor(time * 4) % 3]! * 2
    const since = (time * 4) % 1
    const tune = (tone(note, at) + 0.5 * tone(note * 2, at) + 0.25 * tone(note * 3, at)) * Math.exp(-3 * since)
    const drum = next() * Math.exp(-40 * (time % 0.5))
    return 0.08 * chord.reduce((sum, it) => sum + tone(it, at), 0) + 0.15 * tune + 0.15 * drum
  })
}

export const generators = { silence: (length: number) => new Int16Array(length), white, pink, tones, music }

export const scaled = (pcm: Int16Array, decibels: number): Int16Array =>
  pcm.map((sample) => clamped(sample * 10 ** (decibels / 20)))

const power = (pcm: Int16Array) => pcm.reduce((sum, it) => sum + it * it, 0) / pcm.length

/** A talk over a noise that is so many decibels weaker than it. */
export function mixed(talk: Int16Array, noise: (length: number) => Int16Array, ratio: number): Int16Array {
  const under = noise(talk.length)
  const factor = Math.sqrt(power(talk) / power(under) / 10 ** (ratio / 10))
  return talk.map((sample, at) => clamped(sample + under[at]! * factor))
}
