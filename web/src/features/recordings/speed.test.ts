import { expect, test } from 'vitest'
import { speedometer } from './speed.ts'

test('a speed is told after half a second, over the last eight', () => {
  let now = 0
  const measure = speedometer(() => now)
  expect(measure(0)).toBeNull()
  now = 400
  expect(measure(400)).toBeNull()
  now = 1000
  expect(measure(1000)).toBe(1000)
  now = 20_000
  // All that was seen is too old: it begins to measure anew.
  expect(measure(2000)).toBeNull()
  now = 21_000
  expect(measure(4000)).toBe(2000)
})
