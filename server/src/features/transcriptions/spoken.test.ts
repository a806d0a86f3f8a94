import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Utterance } from '../../speech/port.ts'
import { paragraphsOf } from './paragraphs.ts'
import { bareWord, confidenceOf, sentencesIn, wordsOf } from './spoken.ts'

const said = (text: string, more: Partial<Utterance> = {}): Utterance => ({
  ...{ text, start_ms: 1_000, end_ms: 5_000, confidence: null },
  ...more,
})

const spelled = (text: string) => text.replace(/[^\p{L}\p{N}\p{M}]/gu, '')

describe('words', () => {
  test('without times of their own share the time by their length', () => {
    const words = wordsOf(said('Hi, harbour!'))
    expect(words).toMatchObject([
      { bare: 'Hi', written: 'Hi,', start_ms: 1_000, end_ms: 2_091 },
      { bare: 'harbour', written: 'harbour!', start_ms: 2_091, end_ms: 5_000 },
    ])
  })

  test('of the engine are kept, with the speaker of the utterance', () => {
    const words = [{ text: 'hi', punctuated: 'Hi.', start_ms: 1_200, end_ms: 1_500, confidence: 0.5 }]
    expect(wordsOf(said('Hi.', { words, speaker: 'Speaker 2' }))).toEqual([
      { bare: 'hi', written: 'Hi.', start_ms: 1_200, end_ms: 1_500, confidence: 0.5, speaker: 'Speaker 2' },
    ])
  })

  test('lose only what stands around them', () => {
    expect(['"well,', "don't", '3.5%', '—', '¿qué?'].map(bareWord)).toEqual(['well', "don't", '3.5%', '—', 'qué'])
  })
})

describe('sentences', () => {
  test('stand where their words stand', () => {
    const words = 'one two three four'.split(' ').map((text, at) => ({
      ...{ text, start_ms: 1_000 + at * 1_000, end_ms: 1_500 + at * 1_000, confidence: null },
    }))
    expect(sentencesIn(said('One two. Three four.', { words }))).toMatchObject([
      { text: 'One two.', start_ms: 1_000, end_ms: 2_500 },
      { text: 'Three four.', start_ms: 3_000, end_ms: 4_500 },
    ])
  })

  test('lose no word and never go back in time, whatever is said', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[A-Za-zäß…!?,.]{1,9}$/), { minLength: 1, maxLength: 30 }), (tokens) => {
        const text = tokens.join(' ')
        const sentences = sentencesIn(said(text))
        expect(spelled(sentences.map((it) => it.text).join(''))).toBe(spelled(text))
        expect(sentences.flatMap(({ words }) => words)).toHaveLength(tokens.length)
        let reached = 1_000
        for (const { start_ms, end_ms } of sentences) {
          expect(start_ms).toBeGreaterThanOrEqual(reached)
          expect(end_ms).toBeGreaterThanOrEqual(start_ms)
          expect(end_ms).toBeLessThanOrEqual(5_000)
          reached = end_ms
        }
      }),
    )
  })
})

describe('paragraphs', () => {
  test('end where the speaker changes, after a pause, and when they grow long', () => {
    const at = (start_ms: number, text: string, speaker?: string) =>
      said(text, { start_ms, end_ms: start_ms + 500, ...(speaker && { speaker }) })
    const talk = [at(0, 'Hello.', 'A'), at(600, 'Hi.', 'B'), at(1_200, 'Well.', 'B'), at(9_000, 'So.', 'B')]
    const { transcript, paragraphs } = paragraphsOf(talk)
    expect(paragraphs.map(({ speaker, num_words, start }) => [speaker, num_words, start])).toEqual([
      ['A', 1, 0],
      ['B', 2, 0.6],
      ['B', 1, 9],
    ])
    expect(transcript).toBe('A: Hello.\n\nB: Hi. Well.\n\nB: So.')
    const long = paragraphsOf(Array.from({ length: 9 }, (_, index) => at(index * 600, 'Yes.')))
    expect(long.paragraphs.map(({ sentences }) => sentences.length)).toEqual([6, 3])
  })
})

describe('confidence', () => {
  test('is weighed by length, and null where no engine gave one', () => {
    const part = (confidence: number | null, end_ms: number) => ({ confidence, start_ms: 0, end_ms })
    expect(confidenceOf([part(1, 3_000), part(0.5, 1_000), part(null, 9_000)])).toBe(0.875)
    expect(confidenceOf([part(null, 9_000)])).toBeNull()
    expect(confidenceOf([])).toBeNull()
  })
})
