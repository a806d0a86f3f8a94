import fc from 'fast-check'
import { expect, test } from 'vitest'
import { rangeOf } from './ranges.ts'

test('a range that is answered always lies within the file', () => {
  const header = fc.oneof(
    fc.string(),
    fc.tuple(fc.option(fc.nat(2_000)), fc.option(fc.nat(2_000))).map(([from, to]) => `bytes=${from ?? ''}-${to ?? ''}`),
  )
  fc.assert(
    fc.property(header, fc.nat(1_000), (asked, size) => {
      const range = rangeOf(asked, size)
      if (typeof range === 'string') return
      expect(range.start).toBeGreaterThanOrEqual(0)
      expect(range.end).toBeGreaterThanOrEqual(range.start)
      expect(range.end).toBeLessThan(size)
    }),
  )
})

test('what is no range of bytes is answered with the whole file', () => {
  for (const header of [undefined, '', 'bytes=', 'bytes=-', 'bytes=0-1,3-4', 'lines=1-2', 'bytes=5-2'])
    expect(rangeOf(header, 10)).toBe('whole')
  expect(rangeOf('bytes=10-', 10)).toBe('unmet')
  expect(rangeOf('bytes=-0', 10)).toBe('unmet')
  expect(rangeOf('bytes=-20', 10)).toEqual({ start: 0, end: 9 })
})
