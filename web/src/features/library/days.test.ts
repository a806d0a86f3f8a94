import type { ConversationItem } from '@mina/contract'
import { expect, test } from 'vitest'
import { formats } from '../../i18n/format.ts'
import { byDay } from './days.ts'

const at = (created_at: string) => ({ created_at }) as ConversationItem

test('the day stands beside its first conversation only', () => {
  const now = new Date(2026, 10, 20, 18)
  const days = byDay(
    [
      at(new Date(2026, 10, 20, 11).toISOString()),
      at(new Date(2026, 10, 20, 9).toISOString()),
      at(new Date(2026, 10, 19, 23).toISOString()),
      at(new Date(2026, 10, 18, 23).toISOString()),
      at(new Date(2026, 9, 2, 8).toISOString()),
      at(new Date(2025, 9, 2, 8).toISOString()),
    ],
    formats('en'),
    now,
  ).map((it) => it.day)
  expect(days).toEqual([
    { name: 'Today', date: 'Fri 20 November' },
    null,
    { name: 'Yesterday', date: 'Thu 19 November' },
    { name: 'Wednesday', date: '18 November' },
    { name: 'Fri 2 October', date: null },
    { name: '2 October 2025', date: null },
  ])
})
