import { expect, test } from 'vitest'
import {
  type Caption,
  captionAt,
  nothingSaid,
  type Paragraph,
  paragraphs,
  settledAt,
  withComing,
  withFinals,
} from './captions.ts'
import { newMark, withPassages } from './marks.ts'

const said = (id: string, start_ms: number, end_ms: number, speaker: string | null = null): Caption => ({
  id,
  idx: start_ms,
  start_ms,
  end_ms,
  text: `${id}.`,
  speaker,
})

test('finals stand in order, once each, and take the place of what was interim', () => {
  const interim = { start_ms: 0, end_ms: 900, text: 'one', stable: 0 }
  const first = withFinals({ finals: [], interim }, [said('two', 1000, 1900), said('one', 0, 900)])
  expect(first.finals.map((it) => it.id)).toEqual(['one', 'two'])
  expect(first.interim).toBeUndefined()
  const again = withFinals(first, [{ ...said('one', 0, 900), text: 'One!' }])
  expect(again.finals.map((it) => it.text)).toEqual(['One!', 'two.'])
  expect(withFinals(again, [])).toBe(again)
})

const shape = (all: readonly Paragraph[]) =>
  all.map((it) => [it.parts.map((part) => part.id).join('') + (it.coming ? '…' : ''), it.begins])

test('a pause or another voice begins a paragraph', () => {
  const finals = [
    said('a', 0, 1000, 'A'),
    said('b', 1100, 2000, 'A'),
    said('c', 6000, 7000, 'A'),
    said('d', 7100, 8000, 'B'),
  ]
  expect(shape(paragraphs(finals))).toEqual([
    ['ab', true],
    ['c', false],
    ['d', true],
  ])
})

test('what is being said stands where it will stay once it is final', () => {
  const long = { ...said('long', 0, 4000), text: 'word '.repeat(70) }
  for (const [before, now] of [
    [[], said('first', 0, 900)],
    [[said('one', 0, 900)], said('soon', 1000, 1900)],
    [[said('one', 0, 900)], said('late', 5000, 5900)],
    [[said('one', 0, 900)], said('other', 1000, 1900, 'B')],
    [[long], said('more', 4100, 5000)],
  ] as const) {
    const coming = shape(withComing(paragraphs(before), { ...now, stable: 0 }))
    const final = shape(paragraphs([...before, now]))
    expect(coming).toEqual(final.map(([text, begins]) => [String(text).replace(now.id, '…'), begins]))
  }
})

test('a highlight takes the words said then, once they are final, and none from long ago', () => {
  const mark = newMark('highlight', 1500)
  expect(withPassages([mark], nothingSaid)[0]?.passage).toBeUndefined()
  const early = { finals: [said('one', 0, 900)], interim: undefined }
  expect(settledAt(early, 1500)).toBe(false)
  const marks = [mark]
  expect(withPassages(marks, early)).toBe(marks)
  const whole = { finals: [said('one', 0, 900), said('two', 1000, 1900)], interim: undefined }
  expect(withPassages([mark], whole)[0]?.passage).toMatchObject({ segment_id: 'two', start_ms: 1000 })
  expect(captionAt([said('one', 0, 900)], 60_000)).toBeUndefined()
})
