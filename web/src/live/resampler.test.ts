import { expect, test } from 'vitest'
import { resampler } from './resampler.ts'

const tone = (rate: number, hertz: number, seconds: number) =>
  Float32Array.from({ length: rate * seconds }, (_, at) => Math.sin((2 * Math.PI * hertz * at) / rate))

/** In blocks of 128, as the audio thread hands them over. */
function through(rate: number, sound: Float32Array) {
  const convert = resampler(rate)
  const out: number[] = []
  for (let at = 0; at < sound.length; at += 128) out.push(...convert(sound.subarray(at, at + 128)))
  return out
}

const loudness = (samples: readonly number[]) =>
  Math.sqrt(samples.reduce((sum, it) => sum + it * it, 0) / samples.length)

test.each([48_000, 44_100, 96_000])('speech passes as it is from %i a second, in time', (rate) => {
  const heard = through(rate, tone(rate, 1000, 1))
  // What is still to come is two thousandths of a second.
  expect(heard.length).toBeGreaterThan(15_960)
  expect(heard.length).toBeLessThanOrEqual(16_000)
  const wanted = tone(16_000, 1000, 1)
  const worst = Math.max(...heard.slice(200).map((it, at) => Math.abs(it - (wanted[at + 200] ?? 0))))
  expect(worst).toBeLessThan(0.02)
})

test.each([48_000, 44_100])('what is too high for the recording does not come back as another sound', (rate) => {
  for (const hertz of [10_000, 12_000, 15_000])
    expect(loudness(through(rate, tone(rate, hertz, 1)).slice(200))).toBeLessThan(0.01)
})

test('at the rate of the recording nothing is touched', () => {
  const block = tone(16_000, 440, 0.008)
  expect(resampler(16_000)(block)).toBe(block)
})
