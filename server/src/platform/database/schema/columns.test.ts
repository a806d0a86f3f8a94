import { expect, test } from 'vitest'
import { isoTime } from './columns.ts'

test.each([
  ['2026-03-01 09:30:00.123+00', '2026-03-01T09:30:00.123Z'],
  ['2026-03-01 09:30:00.1+00', '2026-03-01T09:30:00.100Z'],
  ['2026-03-01 09:30:00.05+00', '2026-03-01T09:30:00.050Z'],
  ['2026-03-01 09:30:00+00', '2026-03-01T09:30:00.000Z'],
  // A database of somebody's own may speak in another zone.
  ['2026-03-01 15:00:00.5+05:30', '2026-03-01T09:30:00.500Z'],
  ['2026-03-01 01:30:00.007-08', '2026-03-01T09:30:00.007Z'],
])('the moment %s is written as %s', (text, written) => {
  expect(isoTime(text)).toBe(written)
})
