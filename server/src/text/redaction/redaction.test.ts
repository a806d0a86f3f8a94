import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { measure, precision, readLabelled, recall } from '../../../../bench/redaction/measure.ts'
import { beepsFor, type RedactionOptions, redact, restore, restoreNames } from './index.ts'

const one = async (text: string, options?: RedactionOptions) =>
  (await redact([{ id: 'a', text }], options)).texts[0]!.text

describe('redaction', () => {
  test.each([
    ['Write to anna.smith@example.co.uk today.', 'Write to [EMAIL 1] today.'],
    ['It is anna dot smith at example dot com.', 'It is [EMAIL 1].'],
    ['Call +44 20 7946 0958 or +39 06 698 12345.', 'Call [PHONE 1] or [PHONE 2].'],
    ['Call me on (415) 555-2671 please.', 'Call me on [PHONE 1] please.'],
    ['My number is five five five one two three four.', 'My number is [PHONE 1].'],
    ['The card is 4111 1111 1111 1111, thanks.', 'The card is [CARD 1], thanks.'],
    ['Pay to DE89 3704 0044 0532 0130 00 by noon.', 'Pay to [IBAN 1] by noon.'],
    ['I live at 221B Baker Street, London NW1 6XE.', 'I live at [ADDRESS 1].'],
    ['Die Adresse ist Hauptstraße 12, 10115 Berlin.', 'Die Adresse ist [ADDRESS 1].'],
    ['Abito in Via Roma 12, Torino.', 'Abito in [ADDRESS 1].'],
    ['Sarah Jones spoke to Dr. Smith.', '[PERSON 1] spoke to Dr. [PERSON 2].'],
  ])('%s', async (text, expected) => {
    expect(await one(text)).toBe(expected)
  })

  test.each([
    'The order 4111 1111 1111 1112 was late.',
    'In 2025 we had 1,234,567 visitors and 45 rooms.',
    'It costs $120,000 and takes 14 days.',
    'Will you mark the page in May?',
    'The invoice DE00 1234 5678 9012 3456 78 is wrong.',
  ])('leaves alone: %s', async (text) => {
    expect(await one(text, { kinds: ['card', 'iban', 'email', 'person', 'address'] })).toBe(text)
  })

  test('leaves years, sums and counts out of phone numbers', async () => {
    const text = 'In 2025 we had 1,234,567 visitors, 45 rooms and $120,000 of debt.'
    expect(await one(text)).toBe(text)
  })

  test('keeps one placeholder for one entity across segments, however it is written', async () => {
    const { texts, key } = await redact([
      { id: 'a', text: 'Sarah Jones has the number +44 20 7946 0958.' },
      { id: 'b', text: 'Ask Sarah, or call +442079460958.' },
    ])
    expect(texts.map((it) => it.text)).toEqual([
      '[PERSON 1] has the number [PHONE 1].',
      'Ask [PERSON 1], or call [PHONE 1].',
    ])
    expect(restoreNames('[PERSON 1] was called. [PERSON 9] was not.', key)).toBe(
      'Sarah Jones was called. [PERSON 9] was not.',
    )
  })

  test('finds the names it is told of in any language', async () => {
    expect(await one('Dann sagt Wolfram, dass er kommt.', { names: ['Wolfram Keller'], language: 'de' })).toBe(
      'Dann sagt [PERSON 1], dass er kommt.',
    )
    expect(await one('Das weiß Frau Özdemir.', { language: 'de' })).toBe('Das weiß Frau [PERSON 1].')
  })

  test('hides only the kinds that were asked for', async () => {
    expect(await one('Sarah Jones, sarah@example.com', { kinds: ['email'] })).toBe('Sarah Jones, [EMAIL 1]')
  })

  test('does not confuse a placeholder that was spoken with its own', async () => {
    const { texts, key } = await redact([{ id: 'a', text: 'The form says [PERSON 1] where Sarah Jones signs.' }])
    expect(texts[0]?.text).toBe('The form says [PERSON 1] where [PERSON 2] signs.')
    expect(restore(texts[0]!, key)).toBe('The form says [PERSON 1] where Sarah Jones signs.')
  })

  test('carries nothing private in what is not the key', async () => {
    const { texts } = await redact([{ id: 'a', text: 'Sarah Jones, sarah@example.com, 4111 1111 1111 1111' }])
    expect(JSON.stringify(texts)).not.toMatch(/Sarah|example|4111/)
  })

  test('is undone by its key, word for word, whatever the text', async () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'Sarah Jones',
        'Sarah',
        'bob@example.com',
        '+44 20 7946 0958',
        '4111 1111 1111 1111',
        '[PERSON 1]',
        '$&',
        '\n',
      ),
      fc.string({ maxLength: 12 }),
    )
    const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(' '))
    await fc.assert(
      fc.asyncProperty(fc.array(text, { maxLength: 4 }), async (input) => {
        const { texts, key } = await redact(input.map((it, at) => ({ id: String(at), text: it })))
        expect(texts.map((it) => restore(it, key))).toEqual(input)
        expect(texts.map((it) => it.text).join()).not.toContain('bob@example.com')
      }),
      { numRuns: 40 },
    )
  })
})

describe('measured on labelled sentences of seven languages', () => {
  test.each([
    ['sentences', 0.99, 0.98],
    ['fresh', 0.87, 0.97],
  ] as const)('%s: hides %d, and takes %d rightly', async (set, hidden, right) => {
    const { all, kinds } = await measure(await readLabelled(set))
    expect(recall(all)).toBeGreaterThanOrEqual(hidden)
    expect(precision(all)).toBeGreaterThanOrEqual(right)
    for (const kind of ['email', 'phone', 'card', 'address']) expect(recall(kinds[kind]!)).toBe(1)
  })

  test('a card among other digits, dictated cards and phones, nothing that is merely counted', async () => {
    expect(await one('Card 4111 1111 1111 1111 12 27.')).toBe('Card [CARD 1] 12 27.')
    expect(await one('It is four one one one, one one one one, one one one one, one one one one.')).toBe(
      'It is [CARD 1].',
    )
    expect(await one('Das ist die null eins sieben eins zwei drei vier fünf.', { language: 'de' })).toBe(
      'Das ist die [PHONE 1].',
    )
    expect(await one('One, two, three, four, five, six, seven!')).toBe('One, two, three, four, five, six, seven!')
  })
})

describe('beeps', () => {
  const words = ['My', 'card', 'is', '4111', '1111', 'thanks'].map((text, at) => ({
    text,
    start_ms: at * 1_000,
    end_ms: at * 1_000 + 900,
  }))
  const segment = { text: 'My card is 4111 1111, thanks', start_ms: 0, end_ms: 6_000, words }
  const spanOf = (text: string, part: string) => ({ start: text.indexOf(part), end: text.indexOf(part) + part.length })

  test('cover the words of a span and a little more', () => {
    expect(beepsFor(segment, [spanOf(segment.text, '4111 1111')])).toEqual([{ start_ms: 2_940, end_ms: 4_960 }])
  })

  test('grow to the nearest known words where the text was edited', () => {
    const edited = { ...segment, text: 'My card is 4222 1111, thanks' }
    expect(beepsFor(edited, [spanOf(edited.text, '4222 1111')])).toEqual([{ start_ms: 2_900, end_ms: 5_000 }])
  })

  test('cover the whole segment where no word has a time', () => {
    expect(beepsFor({ text: 'Sarah', start_ms: 100, end_ms: 900 }, [{ start: 0, end: 5 }])).toEqual([
      { start_ms: 100, end_ms: 900 },
    ])
    expect(beepsFor(segment, [])).toEqual([])
  })

  test('that touch become one', () => {
    const spans = [spanOf(segment.text, '4111'), spanOf(segment.text, '1111, thanks')]
    expect(beepsFor(segment, spans)).toEqual([{ start_ms: 2_940, end_ms: 5_960 }])
  })
})
