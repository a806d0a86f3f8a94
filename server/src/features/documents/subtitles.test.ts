import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { plainText } from './plain.ts'
import { defaultLimits } from './subtitles/limits.ts'
import type { Spoken } from './subtitles/times.ts'
import { type Cue, captionWidth, subtitles } from './subtitles.ts'

const squeezed = (text: string) => text.replace(/\s+/gu, '')
const textOf = (cues: readonly Cue[]) => squeezed(cues.flatMap((cue) => cue.lines).join(' '))
const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' })

const vocabulary = [
  ...[
    'a',
    'I',
    'the',
    'sea',
    'tides',
    'moon,',
    'harbour.',
    'really?',
    'well…',
    'extraordinarily',
    'https://example.org/a',
  ],
  ...[
    'Donaudampfschifffahrtsgesellschaftskapitänsmütze',
    '今日は天気がいいですね。',
    '会議',
    '안녕하세요',
    '你好，世界！',
  ],
  ...['مرحبا', 'بالجميع،', 'שלום', 'สวัสดีครับทุกคน', '👩‍👩‍👧‍👦', 'e\u0301te\u0301', 'नमस्ते', '-->', '<b>', '42'],
]
const phrase = fc.array(fc.constantFrom(...vocabulary), { minLength: 1, maxLength: 60 }).map((it) => it.join(' '))
const speaker = fc.constantFrom('Anna', 'Ben', null)

/** Utterances one after the other, slow enough that everybody could read them. */
const leisurely = fc
  .array(
    fc.record({
      text: phrase,
      speaker,
      pace: fc.integer({ min: 85, max: 200 }),
      pause: fc.integer({ min: 120, max: 4000 }),
    }),
  )
  .map((all) => {
    let now = 0
    return all.map(({ text, speaker, pace, pause }): Spoken => {
      const start_ms = now + pause
      const end_ms = start_ms + Math.max(1300, captionWidth(text) * pace)
      now = end_ms
      return { start_ms, end_ms, text, speaker }
    })
  })

const time = fc.oneof(fc.integer({ min: -1000, max: 60_000 }), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY))
const wild = fc.array(
  fc.record(
    {
      start_ms: time,
      end_ms: time,
      text: fc.oneof(
        phrase,
        fc.string({ unit: 'binary', maxLength: 200 }),
        fc.string({ unit: 'grapheme', maxLength: 300 }),
      ),
      speaker: fc.oneof(speaker, fc.string()),
      translation: fc.option(phrase, { nil: undefined }),
      words: fc.array(fc.record({ text: fc.constantFrom(...vocabulary), start_ms: time, end_ms: time }), {
        maxLength: 20,
      }),
    },
    { requiredKeys: ['start_ms', 'end_ms', 'text'] },
  ),
  { maxLength: 12 },
)

const holdsLimits = (cues: readonly Cue[]) => {
  for (const [at, cue] of cues.entries()) {
    expect(cue.lines.length).toBeGreaterThan(0)
    expect(cue.lines.length).toBeLessThanOrEqual(defaultLimits.lines)
    for (const line of cue.lines) {
      expect(line.trim()).not.toBe('')
      expect(line).not.toMatch(/[\r\n\u2028\u2029]/)
      expect(captionWidth(line)).toBeLessThanOrEqual(defaultLimits.line)
      expect([...graphemes.segment(line)].length).toBeLessThanOrEqual(defaultLimits.line)
    }
    expect(cue.start_ms).toBeGreaterThanOrEqual(0)
    expect(cue.end_ms - cue.start_ms).toBeGreaterThanOrEqual(defaultLimits.min_ms)
    expect(cue.end_ms - cue.start_ms).toBeLessThanOrEqual(defaultLimits.max_ms)
    const before = cues[at - 1]
    if (before) expect(cue.start_ms - before.end_ms).toBeGreaterThanOrEqual(defaultLimits.gap_ms)
  }
}

describe('subtitles', () => {
  test('hold lines, durations and gaps whatever comes in', () => {
    fc.assert(
      fc.property(wild, fc.boolean(), fc.boolean(), (all, names, bilingual) =>
        holdsLimits(subtitles(all, { names, bilingual })),
      ),
    )
  })

  test('lose nothing of the wildest text either', () => {
    const sorted = (text: string) => [...squeezed(plainText(text))].sort().join('')
    fc.assert(
      fc.property(wild, (all) => {
        expect(sorted(textOf(subtitles(all)))).toBe(sorted(all.map((it) => it.text).join(' ')))
        const both = all.map((it) => `${it.text} ${it.translation ?? ''}`).join(' ')
        expect(sorted(textOf(subtitles(all, { bilingual: true })))).toBe(sorted(both))
      }),
    )
  })

  test('lose nothing and keep the order', () => {
    fc.assert(
      fc.property(leisurely, (all) => {
        expect(textOf(subtitles(all))).toBe(squeezed(all.map((it) => it.text).join(' ')))
      }),
    )
  })

  test('can be read at 17 characters a second where the speaker leaves the time', () => {
    fc.assert(
      fc.property(leisurely, (all) => {
        for (const { start_ms, end_ms, lines } of subtitles(all)) {
          const columns = lines.reduce((sum, line) => sum + captionWidth(line), 0)
          expect(columns / ((end_ms - start_ms) / 1000)).toBeLessThanOrEqual(defaultLimits.reading_speed)
        }
      }),
    )
  })

  test('stay near their speech', () => {
    fc.assert(
      fc.property(leisurely, (all) => {
        const cues = subtitles(all)
        const last = all.at(-1)
        if (last === undefined) return
        expect(cues[0]!.start_ms).toBeGreaterThanOrEqual(all[0]!.start_ms - 300)
        expect(cues.at(-1)!.start_ms).toBeLessThanOrEqual(last.end_ms + 1500)
      }),
    )
  })

  test('end with the recording, unless their own words are later or they would be too short to be seen', () => {
    const text = 'Because of the moon, please bring the children to the station.'
    const last = (length_ms: number, end_ms = 2_000) =>
      subtitles([{ text, start_ms: 0, end_ms }], { length_ms }).at(-1)!.end_ms
    expect(last(0)).toBeGreaterThan(3_000)
    expect(last(2_100)).toBe(2_100)
    expect(last(1_500)).toBe(2_000)
    expect(last(300, 200)).toBe(1_000)
  })

  test('break lines at balanced places, after punctuation where there is some', () => {
    const text = 'When the tide goes out, the whole harbour lies dry for hours.'
    const [cue] = subtitles([{ start_ms: 0, end_ms: 5000, text }])
    expect(cue?.lines).toEqual(['When the tide goes out,', 'the whole harbour lies dry for hours.'])
  })

  test('start and end with the words that they show', () => {
    const text = 'The first sentence stands here alone. And the second one comes after a very long silence, much later.'
    const words = text.split(' ').map((word, at) => {
      const start_ms = at < 6 ? at * 300 : 9000 + at * 300
      return { text: word.toLowerCase().replace(/\W/g, ''), punctuated: word, start_ms, end_ms: start_ms + 280 }
    })
    const cues = subtitles([{ start_ms: 0, end_ms: words.at(-1)!.end_ms, text, words }])
    expect(cues[0]).toMatchObject({ start_ms: 0, lines: ['The first sentence stands here alone.'] })
    expect(cues[1]!.start_ms).toBe(words[6]!.start_ms)
  })

  test('keep the times of the words that a correction left alone', () => {
    const heard = ['we', 'meat', 'at', 'none', 'tomorrow', 'then', 'goodbye']
    const words = heard.map((text, at) => ({
      text,
      start_ms: at < 5 ? at * 400 : 8000 + at * 400,
      end_ms: (at < 5 ? at * 400 : 8000 + at * 400) + 390,
    }))
    const cues = subtitles([{ start_ms: 0, end_ms: 10_800, text: 'We meet at noon tomorrow. Then, goodbye!', words }])
    expect(cues.map((cue) => [cue.start_ms, cue.lines])).toEqual([
      [0, ['We meet at noon tomorrow.']],
      [10_000, ['Then, goodbye!']],
    ])
  })

  test('cut scripts without spaces between words, and never before closing punctuation', () => {
    const text =
      '今日は会議の議題についてみんなで話し合いましょう、そして来週の予定も一緒に決めたいと思います。よろしくお願いします。'
    const lines = subtitles([{ start_ms: 0, end_ms: 12_000, text }]).flatMap((cue) => cue.lines)
    expect(lines.join('')).toBe(text)
    for (const line of lines) expect(line).not.toMatch(/^[、。]/)
  })

  test('let close short utterances of one speaker share a caption, never two speakers', () => {
    const cues = subtitles([
      { start_ms: 0, end_ms: 400, text: 'Yes.', speaker: 'Anna' },
      { start_ms: 450, end_ms: 900, text: 'Of course.', speaker: 'Anna' },
      { start_ms: 1000, end_ms: 1500, text: 'Good.', speaker: 'Ben' },
    ])
    expect(cues.map((cue) => [cue.speaker, cue.lines])).toEqual([
      ['Anna', ['Yes. Of course.']],
      ['Ben', ['Good.']],
    ])
  })

  test('name the speaker at each turn when asked', () => {
    const cues = subtitles(
      [
        { start_ms: 0, end_ms: 2000, text: 'Shall we begin?', speaker: 'Anna' },
        { start_ms: 6000, end_ms: 8000, text: 'I think so.', speaker: 'Anna' },
        { start_ms: 9000, end_ms: 11_000, text: 'Me too.', speaker: 'Ben' },
      ],
      { names: true },
    )
    expect(cues.flatMap((cue) => cue.lines)).toEqual(['Anna: Shall we begin?', 'I think so.', 'Ben: Me too.'])
  })

  test('put the translation below the original, losing nothing of either', () => {
    const text = 'The tide comes in twice a day and nobody who lives by the sea ever forgets it for long.'
    const translation =
      'Die Flut kommt zweimal am Tag, und niemand, der am Meer lebt, vergisst das jemals für lange Zeit.'
    const cues = subtitles([{ start_ms: 0, end_ms: 8000, text, translation }], { bilingual: true })
    expect(cues.map((cue) => cue.lines[0]).join(' ')).toBe(text)
    expect(cues.map((cue) => cue.lines[1]).join(' ')).toBe(translation)
    holdsLimits(cues)
  })

  test('a lecture of an hour takes moments', () => {
    const sentence = 'And so the moon pulls the water towards itself, which we then call the tide.'
    const all = Array.from({ length: 900 }, (_, at) => ({
      start_ms: at * 4000,
      end_ms: at * 4000 + 3900,
      text: sentence,
    }))
    const started = performance.now()
    expect(textOf(subtitles(all))).toBe(squeezed(sentence).repeat(900))
    expect(performance.now() - started).toBeLessThan(3000)
  })
})
