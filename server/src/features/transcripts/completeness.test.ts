import fc from 'fast-check'
import { expect, test } from 'vitest'
import { brokenOff, coverage, positionOf, soFar } from './completeness.ts'

const stretch = fc.tuple(fc.nat(100_000), fc.nat(20_000)).map(([start_ms, length]) => ({
  start_ms,
  end_ms: start_ms + length,
}))

test('every moment of a recording is accounted for once, whatever engines say', () => {
  fc.assert(
    fc.property(fc.array(stretch), fc.array(stretch), fc.integer({ min: 1, max: 90_000 }), (spoken, lost, duration) => {
      const spans = coverage(spoken, lost, duration)
      let at = 0
      for (const { start_ms, end_ms } of spans) {
        expect(start_ms).toBe(at)
        expect(end_ms).toBeGreaterThan(start_ms)
        at = end_ms
      }
      expect(at).toBe(duration)
    }),
  )
})

test('speech is transcribed, what was lost has failed, and the rest is silent', () => {
  const spoken = [
    { start_ms: 1_000, end_ms: 2_000 },
    { start_ms: 2_300, end_ms: 3_000 },
  ]
  expect(coverage(spoken, [{ start_ms: 5_000, end_ms: 6_000 }], 8_000)).toEqual([
    { start_ms: 0, end_ms: 1_000, state: 'silent' },
    { start_ms: 1_000, end_ms: 3_000, state: 'transcribed' },
    { start_ms: 3_000, end_ms: 5_000, state: 'silent' },
    { start_ms: 5_000, end_ms: 6_000, state: 'failed' },
    { start_ms: 6_000, end_ms: 8_000, state: 'silent' },
  ])
})

test('work that was broken off knows where it was', () => {
  fc.assert(
    fc.property(fc.nat(10_000), fc.integer({ min: 1, max: 10_000 }), (position, duration) => {
      expect(positionOf(soFar(position, duration))).toBe(Math.min(position, duration))
    }),
  )
  expect(positionOf([])).toBe(0)
  expect(brokenOff(soFar(300, 1_000), 1_000).map((it) => it.state)).toEqual(['transcribed', 'failed'])
  expect(brokenOff([], 1_000)).toEqual([{ start_ms: 0, end_ms: 1_000, state: 'failed' }])
})
