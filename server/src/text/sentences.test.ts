import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sentencesOf } from './sentences.ts'

const texts = (text: string) => sentencesOf(text).map((sentence) => sentence.text)

describe('sentences', () => {
  test('end at their marks, not at abbreviations, initials and decimals', () => {
    expect(texts('Dr. Smith met J. R. Jones at 3.30 p.m. on Monday. It cost $3.50 etc. Then he left!')).toEqual([
      'Dr. Smith met J. R. Jones at 3.30 p.m. on Monday.',
      'It cost $3.50 etc.',
      'Then he left!',
    ])
  })

  test('end in scripts without spaces too', () => {
    expect(texts('你好。我很好！')).toEqual(['你好。', '我很好！'])
  })

  test('of a recogniser without full stops are cut to a readable length', () => {
    const cut = texts('so and then we said '.repeat(200))
    expect(cut.length).toBeGreaterThan(3)
    expect(Math.max(...cut.map((it) => it.length))).toBeLessThanOrEqual(600)
  })

  test('stand where they say, in order, and hold everything but white space', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 2_000 }), (text) => {
        const found = sentencesOf(text)
        let end = 0
        for (const sentence of found) {
          expect(sentence.start).toBeGreaterThanOrEqual(end)
          expect(text.slice(sentence.start, sentence.end)).toBe(sentence.text)
          end = sentence.end
        }
        const kept = found.map((it) => it.text).join('')
        expect(kept.replace(/\s/gu, '')).toBe(text.replace(/\s/gu, ''))
      }),
    )
  })
})
