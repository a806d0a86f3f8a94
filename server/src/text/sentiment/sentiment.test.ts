import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { measure, readLabelled } from '../../../../bench/sentiment/measure.ts'
import type { TextSegment } from '../segment.ts'
import { moodOf, sentimentOf } from './index.ts'

const of = async (text: string) => (await sentimentOf(text)).sentiment
const positive = async (text: string) => (await sentimentOf(text)).scores.positive

describe('sentiment', () => {
  test('of a text is told sentence by sentence, with positions', async () => {
    const text = 'The launch was a great success. The meeting is on Monday. The support is terrible.'
    const { sentences } = await sentimentOf(text)
    expect(sentences.map((it) => it.sentiment)).toEqual(['positive', 'neutral', 'negative'])
    for (const { start, end, text: said } of sentences) expect(text.slice(start, end)).toBe(said)
  })

  test('is turned by a negation, also one of several words', async () => {
    expect(await of('I am happy with it.')).toBe('positive')
    expect(await of('I am not happy with it.')).toBe('negative')
    expect(await of("I couldn't be happier with it.")).toBe('positive')
    expect(await of('There were no problems at all.')).toBe('positive')
  })

  test('grows with emphasis and shrinks with hedging', async () => {
    const plain = await positive('It is useful.')
    expect(await positive('It is extremely useful!')).toBeGreaterThan(plain)
    expect(await positive('It is slightly useful.')).toBeLessThan(plain)
  })

  test('of what is granted weighs less than of what is meant', async () => {
    expect(await of('The idea is good, but the execution is terrible.')).toBe('negative')
    expect(await of('The execution was terrible, but the idea is wonderful.')).toBe('positive')
  })

  test('of questions and plain facts is neutral, whatever words they use', async () => {
    expect(await of('Did you like the food?')).toBe('neutral')
    expect(await of('The problem set has five exercises on risk management.')).toBe('neutral')
    expect(await of('')).toBe('neutral')
  })

  test('has scores that add up to one and a label that follows from them', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ maxLength: 300 }), async (text) => {
        const { scores, sentiment, confidence } = await sentimentOf(text)
        expect(scores.positive + scores.negative + scores.neutral).toBeCloseTo(1, 5)
        for (const share of [...Object.values(scores), confidence]) {
          expect(share).toBeGreaterThanOrEqual(0)
          expect(share).toBeLessThanOrEqual(1)
        }
        if (sentiment !== 'neutral') expect(scores[sentiment]).toBeGreaterThanOrEqual(scores.neutral)
      }),
      { numRuns: 50 },
    )
  })

  test('agrees with the labelled sentences of the bench as often as its README says', async () => {
    const labelled = await readLabelled()
    expect(labelled.length).toBeGreaterThanOrEqual(200)
    const { accuracy, confusion } = await measure(labelled.filter((it) => it.set !== 'tuning'))
    expect(accuracy).toBeGreaterThan(0.88)
    expect(confusion.positive?.negative ?? 0).toBeLessThanOrEqual(1)
    expect(confusion.negative?.positive ?? 0).toBeLessThanOrEqual(1)
  })

  test('of a conversation is told over time and by speaker, with the strongest moments', async () => {
    const said = (idx: number, speaker: string, text: string): TextSegment => ({
      id: `s${idx}`,
      idx,
      start_ms: idx * 10_000,
      end_ms: idx * 10_000 + 9_000,
      text,
      speaker,
    })
    const mood = await moodOf(
      [
        said(0, 'Ann', 'This is wonderful, I love it!'),
        said(1, 'Bob', 'The report is on page four.'),
        said(2, 'Bob', 'The delivery was terrible and the box was damaged.'),
      ],
      3,
    )
    expect(mood.timeline.map((it) => it.sentiment)).toEqual(['positive', 'neutral', 'negative'])
    expect(mood.speakers.find((it) => it.speaker === 'Ann')?.sentiment).toBe('positive')
    expect(mood.moments.map((it) => it.segment_id)).toEqual(['s0', 's2'])
    expect(mood.moments[1]?.start_ms).toBe(20_000)
  })

  test('of a long text lets others work meanwhile', async () => {
    let turns = 0
    const clock = setInterval(() => {
      turns += 1
    }, 1)
    await sentimentOf('The service was good but the room was cold. '.repeat(3_000))
    clearInterval(clock)
    expect(turns).toBeGreaterThan(3)
  })
})
