import { expect, test } from 'vitest'
import { setTimeZone } from '../../i18n/index.ts'
import { isAll, narrowed, queryOf, wantedFrom } from './wanted.ts'

test('an address gives what it says, and nothing that could not be', () => {
  expect(wantedFrom({ tag: 7, filter: 'shared', status: 'final', from: '2026-11-01', to: '2026-11-21' })).toMatchObject(
    {
      ...{ tag: '7', filter: 'shared', status: 'final', from: '2026-11-01', to: '2026-11-21' },
    },
  )
  expect(isAll(wantedFrom({ filter: 'none', status: 'lost', from: 'yesterday', to: '2026-99-99', q: '' }))).toBe(true)
})

test('days become moments where the person is, the last day included', () => {
  const { since, until } = queryOf({ from: '2026-11-01', to: '2026-11-30' })
  expect(since).toBe(new Date(2026, 10, 1).toISOString())
  expect(until).toBe(new Date(2026, 11, 1).toISOString())
  expect(queryOf({ tag: 'Home' })).toEqual({ tag: 'Home', since: undefined, until: undefined })
})

test('the days are those of the time zone that the person has chosen', () => {
  setTimeZone('Asia/Tokyo')
  const { since, until } = queryOf({ from: '2026-11-01', to: '2026-11-30' })
  setTimeZone(undefined)
  expect([since, until]).toEqual(['2026-10-31T15:00:00.000Z', '2026-11-30T15:00:00.000Z'])
})

test('from and to count as one', () => {
  expect(narrowed({ from: '2026-11-01', to: '2026-11-30', language: 'it', tag: 'Home' })).toBe(2)
})
