import { describe, expect, test } from 'vitest'
import { findDates, offsetMinutes, validZone } from './dates.ts'

// Friday evening in New York, Saturday already in London.
const moment = { at: new Date('2026-11-21T03:00:00Z'), timeZone: 'America/New_York' }
const due = (text: string) => findDates(text, moment, true).map((it) => it.date)

describe('days named in speech', () => {
  test.each([
    ['send it by Friday', '2026-11-27'],
    ['do it today', '2026-11-20'],
    ['tomorrow morning at 9', '2026-11-21'],
    ['in two weeks', '2026-12-04'],
    ['by EOD', '2026-11-20'],
    ['by the end of next week', '2026-11-27'],
    ['by the end of the month', '2026-11-30'],
    ['by the end of the quarter', '2026-12-31'],
    ['by the 5th', '2026-12-05'],
    ['on 3 March', '2027-03-03'],
    ['last Friday', '2026-11-13'],
    ['by 11 pm', '2026-11-20'],
  ])('%s', (text, date) => {
    expect(due(text)).toEqual([date])
  })

  test.each(['I sat down now', 'it may rain in five minutes', 'the 5th floor', 'version 3.2', 'May I ask something'])(
    'and not in: %s',
    (text) => {
      expect(due(text)).toEqual([])
    },
  )

  test('follow the zone of the speaker, and UTC where the zone is unknown', () => {
    expect(findDates('today', { ...moment, timeZone: 'Europe/London' }, true)[0]?.date).toBe('2026-11-21')
    expect(offsetMinutes(moment.at, 'Asia/Kolkata')).toBe(330)
    expect(offsetMinutes(moment.at, 'America/New_York')).toBe(-300)
    expect(validZone('Not/AZone')).toBe('UTC')
    expect(validZone(undefined)).toBe('UTC')
  })

  test('tell a day from a mere month', () => {
    expect(findDates('see you next month or on 3 March', moment, true).map((it) => it.exact)).toEqual([false, true])
  })
})
