import { expect, test } from 'vitest'
import { type Row, withCorrection, withNames, withoutRemoved } from './carrying.ts'

const row = (start_ms: number, end_ms: number, text: string, it: Partial<Row> = {}): Row => {
  const words = text.split(' ')
  const step = (end_ms - start_ms) / words.length
  return {
    ...{ id: `${start_ms}`, conversation_id: 'c', transcript_id: 't', user_id: 'u', idx: 0, revision: 0 },
    ...{ start_ms, end_ms, text, original_text: null, uncorrected: null, is_final: true, speaker: null },
    ...{ confidence: null, words_estimated: false, doubtful: false, word_count: words.length, edited_at: null },
    search: '',
    words: words.map((word, at) => ({
      text: word,
      start_ms: start_ms + at * step,
      end_ms: start_ms + (at + 1) * step,
    })),
    ...it,
  }
}
const edited = (start_ms: number, end_ms: number, text: string) =>
  row(start_ms, end_ms, text, { original_text: 'as heard', edited_at: new Date() })
const texts = (rows: readonly Row[]) => rows.map((it) => it.text)

test('a correction takes the place of what is heard in its time, and of nothing else', () => {
  const heard = [row(0, 4_000, 'one two three four'), row(4_000, 8_000, 'five six seven eight')]
  expect(texts(withCorrection(heard, edited(2_000, 6_000, 'Three to Six')))).toEqual([
    'one two Three to Six',
    'seven eight',
  ])
  expect(texts(withCorrection(heard, edited(0, 8_000, 'All of it')))).toEqual(['All of it'])
  expect(texts(withCorrection(heard, edited(9_000, 9_500, 'silence now')))).toEqual(texts(heard))
})

test('a corrected segment keeps what the engine said, counts anew, and has times for all its words', () => {
  const [now] = withCorrection([row(0, 2_000, 'the tied')], edited(0, 2_000, 'the high tide'))
  expect(now).toMatchObject({ text: 'the high tide', original_text: 'the tied', word_count: 3, revision: 1 })
  expect(now?.words?.map((it) => it.text)).toEqual(['the', 'high', 'tide'])
})

test('without word times a segment is replaced as a whole when its middle was corrected', () => {
  const heard = [row(0, 2_000, 'one', { words: null }), row(2_000, 4_000, 'two', { words: null })]
  expect(texts(withCorrection(heard, edited(1_800, 4_000, 'Two!')))).toEqual(['one', 'Two!'])
})

test('what was taken out does not come back, unless most of the segment is something else', () => {
  const heard = [row(0, 1_000, 'um'), row(1_000, 4_000, 'well then let us begin')]
  expect(texts(withoutRemoved(heard, { start_ms: 0, end_ms: 1_400 }))).toEqual(['well then let us begin'])
})

test('voices get the names of those whom they share most time with', () => {
  const earlier = [row(0, 5_000, 'a', { speaker: 'Martha' }), row(5_000, 9_000, 'b', { speaker: 'Speaker 2' })]
  const voices = [row(0, 4_000, 'a', { speaker: 'Speaker 2' }), row(4_800, 9_000, 'b', { speaker: 'Speaker 1' })]
  expect(withNames(voices, earlier).map((it) => it.speaker)).toEqual(['Martha', 'Speaker 1'])
  const silent = [row(0, 4_000, 'a'), row(5_200, 9_000, 'b')]
  expect(withNames(silent, earlier).map((it) => it.speaker)).toEqual(['Martha', null])
})
