import fc from 'fast-check'
import { expect, test } from 'vitest'
import { spansOf } from './spans.ts'

test('words, silence and what is still to be heard, second by second', () => {
  const finals = [
    { start_ms: 200, end_ms: 2_000 },
    { start_ms: 5_000, end_ms: 6_000 },
  ]
  expect(spansOf(finals, [{ start_ms: 2_000, end_ms: 4_000 }], 8_000, 10_000)).toEqual([
    { start_ms: 0, end_ms: 2_000, state: 'transcribed' },
    { start_ms: 2_000, end_ms: 4_000, state: 'pending' },
    { start_ms: 4_000, end_ms: 5_000, state: 'silent' },
    { start_ms: 5_000, end_ms: 6_000, state: 'transcribed' },
    { start_ms: 6_000, end_ms: 8_000, state: 'silent' },
    { start_ms: 8_000, end_ms: 10_000, state: 'pending' },
  ])
})

test('the spans always cover the recording once, from its start to its end', () => {
  const range = fc
    .tuple(fc.integer({ min: 0, max: 9_000 }), fc.integer({ min: 1, max: 3_000 }))
    .map(([start_ms, length]) => ({ start_ms, end_ms: start_ms + length }))
  const inOrder = (list: { start_ms: number; end_ms: number }[]) => list.sort((a, b) => a.start_ms - b.start_ms)
  fc.assert(
    fc.property(
      fc.array(range, { maxLength: 12 }).map(inOrder),
      fc.array(range, { maxLength: 4 }).map(inOrder),
      fc.integer({ min: 0, max: 12_000 }),
      fc.integer({ min: 1, max: 12_000 }),
      (finals, missed, heard_ms, duration_ms) => {
        const spans = spansOf(finals, missed, heard_ms, duration_ms)
        let at = 0
        for (const { start_ms, end_ms } of spans) {
          expect(start_ms).toBe(at)
          expect(end_ms).toBeGreaterThan(start_ms)
          at = end_ms
        }
        expect(at).toBe(duration_ms)
      },
    ),
  )
})
