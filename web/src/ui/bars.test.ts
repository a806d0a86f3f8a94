import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bars, spanAt, type Wholeness, whole } from './bars.ts'
import { decibels } from './meter.tsx'
import { offsets } from './offsets.ts'
import { spot } from './place.ts'

test('bars keep the loudest peak, whatever their number', () => {
  expect(bars([0.1, 0.5, 0.2, 0.4], 2)).toEqual([1, 0.8])
  expect(bars([0.5], 3)).toEqual([1, 1, 1])
  expect(bars([], 3)).toEqual([])
  expect(bars([0, 0], 2)).toEqual([0, 0])
})

test('the span at a moment is found', () => {
  const spans = [
    { start_ms: 0, end_ms: 10 },
    { start_ms: 20, end_ms: 30 },
  ]
  expect([0, 9, 10, 25, 30].map((it) => spanAt(spans, it)?.start_ms)).toEqual([0, 0, undefined, 20, undefined])
})

const kinds: Wholeness[] = ['transcribed', 'silent', 'pending', 'failed']
const span = fc.record({ start_ms: fc.nat(1000), end_ms: fc.nat(1000), kind: fc.constantFrom(...kinds) })

test('the completeness bar covers the whole recording once', () => {
  fc.assert(
    fc.property(fc.array(span), fc.integer({ min: 1, max: 900 }), (spans, duration) => {
      const it = whole(spans, duration)
      expect(it.spans[0]?.start_ms).toBe(0)
      expect(it.spans.at(-1)?.end_ms).toBe(duration)
      for (let at = 1; at < it.spans.length; at++) {
        expect(it.spans[at]?.start_ms).toBe(it.spans[at - 1]?.end_ms)
        expect(it.spans[at]?.kind).not.toBe(it.spans[at - 1]?.kind)
      }
      expect(Object.values(it.totals).reduce((sum, one) => sum + one, 0)).toBe(duration)
    }),
  )
})

test('a popover stays on the screen', () => {
  const box = fc.record({ width: fc.integer({ min: 10, max: 300 }), height: fc.integer({ min: 10, max: 300 }) })
  fc.assert(
    fc.property(box, fc.nat(380), fc.nat(700), (size, left, top) => {
      const at = spot(size, { left, right: left + 40, top, bottom: top + 40 }, { width: 390, height: 800 })
      expect(at.left).toBeGreaterThanOrEqual(8)
      expect(at.left + size.width).toBeLessThanOrEqual(390 - 8)
      expect(at.top + size.height).toBeLessThanOrEqual(800 - 8)
    }),
  )
})

test('decibels', () => {
  expect([1, 0.1, 0, 1e-9].map(decibels)).toEqual([0, -20, -60, -60])
})

test('rows lie where their sizes put them, however these change', () => {
  const size = fc.integer({ min: 1, max: 200 })
  fc.assert(
    fc.property(
      fc.array(size, { minLength: 1, maxLength: 60 }),
      fc.array(fc.tuple(fc.nat(59), size)),
      (guesses, changes) => {
        const sizes = [...guesses]
        const rows = offsets(guesses)
        for (const [row, now] of changes) {
          if (row >= sizes.length) continue
          expect(rows.resize(row, now)).toBe(now - (sizes[row] ?? 0))
          sizes[row] = now
        }
        let sum = 0
        sizes.forEach((one, row) => {
          expect(rows.start(row)).toBe(sum)
          expect(rows.rowAt(sum)).toBe(row)
          expect(rows.rowAt(sum + one - 1)).toBe(row)
          sum += one
        })
        expect(rows.total()).toBe(sum)
        expect(rows.rowAt(-5)).toBe(0)
        expect(rows.rowAt(sum + 99)).toBe(sizes.length - 1)
      },
    ),
  )
  expect(offsets([]).total()).toBe(0)
})
