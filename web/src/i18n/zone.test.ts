import { expect, test } from 'vitest'
import { formats } from './format.ts'
import { dayIn, startOfDay } from './zone.ts'

test('the day is the one of the zone, not of the browser', () => {
  const at = new Date('2026-11-21T23:30:00Z')
  expect(['America/New_York', 'Europe/Rome', 'Asia/Tokyo'].map((zone) => dayIn(zone, at))).toEqual([
    '2026-11-21',
    '2026-11-22',
    '2026-11-22',
  ])
  const rome = formats('en', 'Europe/Rome')
  expect(rome.dayName(at, new Date('2026-11-22T12:00:00Z'))).toBe('Today')
  expect(rome.date(at, at)).toBe('Sun 22 November')
  expect(rome.hour(at)).toBe('00:30')
  expect(formats('en', 'America/New_York').dayName(at, new Date('2026-11-22T12:00:00Z'))).toBe('Yesterday')
  expect(formats('it', 'Asia/Tokyo').date(new Date('2025-12-31T16:00:00Z'), at)).toBe('gio 1 gennaio')
})

test.each([
  ['Europe/Rome', '2026-11-21', '2026-11-20T23:00:00.000Z'],
  ['America/New_York', '2026-11-21', '2026-11-21T05:00:00.000Z'],
  ['Asia/Kolkata', '2026-11-21', '2026-11-20T18:30:00.000Z'],
  // The days on which the clocks are changed.
  ['Europe/Rome', '2026-03-29', '2026-03-28T23:00:00.000Z'],
  ['Europe/Rome', '2026-10-26', '2026-10-25T23:00:00.000Z'],
  ['America/New_York', '2026-11-01', '2026-11-01T04:00:00.000Z'],
])('in %s the day %s begins at %s', (zone, day, begins) => {
  expect(startOfDay(zone, day).toISOString()).toBe(begins)
})

test('the day after one on which the clocks are changed begins an hour sooner or later', () => {
  expect(startOfDay('Europe/Rome', '2026-10-25', 1).getTime() - startOfDay('Europe/Rome', '2026-10-25').getTime()).toBe(
    25 * 3_600_000,
  )
})
