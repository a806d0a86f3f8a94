import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pieces } from './marks.ts'

const escaped = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')

test('what was found is told apart from the rest', () => {
  expect(pieces('we <mark>ship</mark> on Friday')).toEqual([
    { text: 'we ', marked: false },
    { text: 'ship', marked: true },
    { text: ' on Friday', marked: false },
  ])
})

test('markup that somebody said stays text', () => {
  expect(pieces('&lt;img src=x onerror=1&gt; &amp;lt;')).toEqual([
    { text: '<img src=x onerror=1> &lt;', marked: false },
  ])
  expect(pieces('<b>bold</b>')).toEqual([{ text: '<b>bold</b>', marked: false }])
  expect(pieces('5 &#233; &#x1F600; &unknown; &#0;')).toEqual([{ text: '5 é 😀 &unknown; &#0;', marked: false }])
})

test('every text comes back as it was said', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string({ unit: 'binary', minLength: 1 }), fc.boolean())), (said) => {
      const snippet = said.map(([text, marked]) => (marked ? `<mark>${escaped(text)}</mark>` : escaped(text))).join('')
      const all = pieces(snippet)
      expect(all.map((it) => it.text).join('')).toBe(said.map(([text]) => text).join(''))
      const marked = (it: { text: string; marked: boolean }[]) =>
        it
          .filter((one) => one.marked)
          .map((one) => one.text)
          .join('')
      expect(marked(all)).toBe(marked(said.map(([text, marked]) => ({ text, marked }))))
    }),
  )
})
