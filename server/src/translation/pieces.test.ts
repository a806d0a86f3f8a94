import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { wildText } from '../../test/doubles/translation/wild-text.ts'
import { bare, cut, sentencesOf, withLayoutOf } from './pieces.ts'

const byLength = (most: number) => (text: string) => text.length / most

describe('cut', () => {
  test('pieces joined are the text, and each fits', () => {
    fc.assert(
      fc.property(wildText, fc.integer({ min: 2, max: 60 }), (text, most) => {
        const pieces = cut(text, byLength(most))
        expect(pieces.join('')).toBe(text)
        for (const piece of pieces) expect(piece.trim().length).toBeLessThanOrEqual(most)
      }),
    )
  })

  test('cuts at paragraphs first, then at sentences', () => {
    expect(cut('One. Two.\n\nThree. Four.', byLength(14))).toEqual(['One. Two.\n\n', 'Three. Four.'])
    expect(cut('One two. Three four. Five six.', byLength(22))).toEqual(['One two. Three four. ', 'Five six.'])
  })

  test('knows the sentences of scripts without spaces', () => {
    expect([...sentencesOf('お元気ですか。はい、元気です。')]).toEqual(['お元気ですか。', 'はい、元気です。'])
    expect(cut('お元気ですか。はい、元気です。', byLength(10))).toEqual(['お元気ですか。', 'はい、元気です。'])
  })

  test('a sentence that is too long is cut between words, a word between letters', () => {
    expect(cut('aaaa bbbb cccc', byLength(5))).toEqual(['aaaa ', 'bbbb ', 'cccc'])
    expect(cut('abcdefgh', byLength(3))).toEqual(['abc', 'def', 'gh'])
  })

  test('a million characters without a full stop are cut in moderate time', () => {
    const text = 'word '.repeat(200_000)
    const started = performance.now()
    expect(cut(text, byLength(10_000)).join('')).toBe(text)
    const spaces = ' '.repeat(1_000_000)
    expect(cut(spaces, byLength(10_000)).join('')).toBe(spaces)
    expect(performance.now() - started).toBeLessThan(15_000)
  })
})

test('bare takes the white space off and nothing else', () => {
  fc.assert(
    fc.property(wildText, (text) => {
      const { before, core, after } = bare(text)
      expect(before + core + after).toBe(text)
      expect(core).toBe(text.trim())
    }),
  )
})

describe('withLayoutOf', () => {
  test('a text is its own layout', () => {
    fc.assert(
      fc.property(wildText, (text) => {
        expect(withLayoutOf(text.trim(), text.trim())).toBe(text.trim())
      }),
    )
  })

  test('gives the breaks of the source to the lines of the translation', () => {
    expect(withLayoutOf('one\r\n\r\n  two\n\n\nthree', 'uno\n\ndue\n\ntre')).toBe('uno\r\n\r\n  due\n\n\ntre')
  })

  test('lines may be joined within a paragraph, paragraphs may not', () => {
    expect(withLayoutOf('one\ntwo\n\n\nthree', 'uno due\n\ntre')).toBe('uno due\n\n\ntre')
    expect(withLayoutOf('one\n\ntwo', 'uno due')).toBeNull()
  })
})
