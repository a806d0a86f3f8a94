import type { Highlight, Segment } from '@mina/contract'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findAll, layered, nearest, placeOf } from './pieces.ts'
import { doubtfulWords, endOf, momentOf, timedWords, wordAt } from './words.ts'

const segment = (text: string, more: Partial<Segment> = {}): Segment => ({
  id: 's',
  idx: 0,
  revision: 0,
  start_ms: 1000,
  end_ms: 5000,
  text,
  is_final: true,
  ...more,
})
const word = (text: string, start_ms: number, confidence = 0.9) => ({
  text,
  start_ms,
  end_ms: start_ms + 400,
  confidence,
})

test('a letter knows when it is said, and a moment which word', () => {
  const it = segment('We ship, we ship on Friday.', {
    words: [
      word('We', 1000),
      word('ship,', 1500),
      word('we', 2000),
      word('ship', 2500),
      word('on', 3000),
      word('Friday.', 3500),
    ],
  })
  expect(timedWords(it).map(({ start, end }) => it.text.slice(start, end))).toEqual(it.words?.map((one) => one.text))
  expect(momentOf(it, it.text.indexOf('Friday'))).toBe(3500)
  expect(momentOf(it, 9)).toBe(2000)
  expect(endOf(it, it.text.length)).toBe(3900)
  expect(wordAt(it, 2600)).toMatchObject({ start: 12, end: 16 })
  expect(wordAt(it, 900)).toBeUndefined()
})

test('a changed word is passed over, those after it are found again', () => {
  const it = segment('We sail on Friday.', {
    words: [word('We', 1000), word('ship', 1500), word('on', 2000), word('Friday.', 2500)],
  })
  expect(timedWords(it).map((one) => it.text.slice(one.start, one.end))).toEqual(['We', 'on', 'Friday.'])
})

test('without timed words the letters share the time', () => {
  const it = segment('0123456789')
  expect(momentOf(it, 0)).toBe(1000)
  expect(momentOf(it, 5)).toBe(3000)
  expect(endOf(it, 10)).toBe(5000)
})

test('doubt goes once a person has read it', () => {
  const words = [word('Doctor', 1000), word('Ferreira', 1500, 0.3)]
  expect(doubtfulWords(segment('Doctor Ferreira', { words }))).toMatchObject([{ start: 7, end: 15 }])
  expect(doubtfulWords(segment('Doctor Ferreira', { words, edited: true }))).toEqual([])
})

const highlight = (text: string, more: Partial<Highlight> = {}) => ({
  text,
  start_ms: 0,
  end_ms: 9000,
  segment_id: null,
  ...more,
})

test('a highlight lies in a part, the whole, or runs over into its neighbours', () => {
  expect(placeOf(highlight('ship on'), segment('We ship on Friday.'))).toEqual({ start: 3, end: 10 })
  expect(placeOf(highlight('Before. We ship. After.'), segment('We ship.'))).toEqual({ start: 0, end: 8 })
  expect(placeOf(highlight('on Friday. Then we rest'), segment('We ship on Friday.'))).toEqual({ start: 8, end: 18 })
  expect(placeOf(highlight('We ship on Friday. Then we'), segment('Then we rest.'))).toEqual({ start: 0, end: 7 })
  expect(placeOf(highlight('ship', { start_ms: 6000 }), segment('We ship.'))).toBeNull()
  expect(placeOf(highlight('ship', { start_ms: 6000, segment_id: 's' }), segment('We ship.'))).toEqual({
    start: 3,
    end: 7,
  })
  expect(placeOf(highlight('gone'), segment('We ship.'))).toBeNull()
})

test('layers may overlap, and no letter is lost', () => {
  expect(
    layered('abcdef', [
      { start: 1, end: 4, className: 'a' },
      { start: 3, end: 5, className: 'b' },
    ]),
  ).toEqual([
    { text: 'a', className: '' },
    { text: 'bc', className: 'a' },
    { text: 'd', className: 'a b' },
    { text: 'e', className: 'b' },
    { text: 'f', className: '' },
  ])
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      fc.array(
        fc.record({
          start: fc.integer({ min: -3, max: 40 }),
          end: fc.integer({ min: -3, max: 40 }),
          className: fc.constantFrom('a', 'b'),
        }),
      ),
      (text, layers) => {
        expect(
          layered(text, layers)
            .map((it) => it.text)
            .join(''),
        ).toBe(text)
      },
    ),
  )
})

test('finding takes letters as they are, and words as they are bounded in any script', () => {
  const all = [segment('Ship it (a ship).'), segment('Flagship è città.')]
  const find = (text: string, more = {}) =>
    findAll(all, { find: text, match_case: false, whole_words: false, ...more }).length
  expect(find('ship')).toBe(3)
  expect(find('ship', { match_case: true })).toBe(2)
  expect(find('ship', { whole_words: true })).toBe(2)
  expect(find('citt', { whole_words: true })).toBe(0)
  expect(find('(a')).toBe(1)
  expect(find('')).toBe(0)
  expect(findAll(all, { find: 'CITTÀ', match_case: false, whole_words: true })).toEqual([
    { segment: 1, start: 11, end: 16 },
  ])
})

test('looking begins where one is', () => {
  const found = findAll(
    ['ship', 'no', 'ship', 'no', 'ship ship', 'no'].map((it) => segment(it)),
    { find: 'ship', match_case: false, whole_words: false },
  )
  expect([0, 1, 2, 3, 4].map((it) => nearest(found, it))).toEqual([0, 1, 1, 2, 2])
  expect(nearest(found, 5)).toBe(3)
  expect(nearest([], 5)).toBe(0)
})
