import type { ConversationItem } from '@mina/contract'
import { expect, test } from 'vitest'
import { joined, type Page } from './query.ts'

const page = (ids: string, next_cursor: string | null): Page => ({
  items: [...ids].map((id) => ({ id }) as ConversationItem),
  next_cursor,
})
const ids = ({ items }: Page) => items.map((it) => it.id).join('')

test('what is new comes first, what was known below it stays, and the end is where it was', () => {
  const now = joined(page('xabc', 'c'), page('abcdefgh', 'h'))
  expect(ids(now)).toBe('xabcdefgh')
  expect(now.next_cursor).toBe('h')
})

test('what moved up is there once; what is gone from the top is gone', () => {
  expect(ids(joined(page('fac', 'c'), page('abcdefgh', 'h')))).toBe('facdegh')
})

test('what does not meet what was known takes its place, and so does the whole list', () => {
  expect(ids(joined(page('xyz', 'z'), page('abc', 'c')))).toBe('xyz')
  expect(joined(page('ab', null), page('abcd', 'd'))).toEqual(page('ab', null))
  expect(joined(page('abc', 'c'), page('abc', 'old'))).toEqual(page('abc', 'c'))
  expect(joined(page('', null), undefined)).toEqual(page('', null))
})
