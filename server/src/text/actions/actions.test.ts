import { describe, expect, test } from 'vitest'
import { meeting, meetingMoment } from '../meeting.fixture.ts'
import type { TextSegment } from '../segment.ts'
import { actionsIn } from './actions.ts'

const talk = (...lines: (readonly [string | null, string])[]): TextSegment[] =>
  lines.map(([speaker, text], idx) => ({
    id: `s${idx}`,
    idx,
    start_ms: idx * 1_000,
    end_ms: idx * 1_000 + 900,
    text,
    speaker,
  }))

const inTalk = async (...lines: (readonly [string | null, string])[]) =>
  (await actionsIn(talk(...lines), meetingMoment)).map(({ text, assignee, due_date }) => [text, assignee, due_date])

describe('action items', () => {
  test.each([
    ['Sarah will send the report by Friday.', 'Send the report', 'Sarah', '2026-11-20'],
    ["I'll call the bank tomorrow.", 'Call the bank', 'Ann', '2026-11-19'],
    ['Tom, can you book the room for Tuesday?', 'Book the room', 'Tom', '2026-11-24'],
    ['Could you please review the budget?', 'Review the budget', 'Bob', null],
    ['Action item for Priya: draft the contract.', 'Draft the contract', 'Priya', null],
    ['We need to fix the login bug.', 'Fix the login bug', null, null],
    ['Mark is responsible for the migration plan.', 'Take care of the migration plan', 'Mark', null],
    ['The finance team has to approve the offer by March 3rd.', 'Approve the offer', 'finance team', '2027-03-03'],
    ['Sarah Jones from Siemens will review the forecast.', 'Review the forecast', 'Sarah Jones', null],
    ["Don't forget to renew the certificate by EOD.", 'Renew the certificate', 'Bob', '2026-11-18'],
  ])('%s', async (said, text, assignee, due) => {
    expect(await inTalk(['Ann', said], ['Bob', 'Fine.'])).toEqual([[text, assignee, due]])
  })

  test.each([
    'It will rain tomorrow and the market will grow.',
    "I'll be honest with you.",
    'Should we send the invoice on Monday?',
    'If I send it now, nobody will read it.',
    'I will not send the report.',
    'In this lecture we will look at how plants make sugar.',
    'What we will do is take the export.',
    'Let me share my screen.',
    'I sent the report yesterday.',
  ])('are not made of: %s', async (said) => {
    expect(await inTalk(['Ann', said])).toEqual([])
  })

  test('may be two in a sentence, each with its own day', async () => {
    expect(
      await inTalk(['Ann', 'Jonas, please update the ticket, and Maria should check the logs by Monday.']),
    ).toEqual([
      ['Update the ticket', 'Jonas', null],
      ['Check the logs', 'Maria', '2026-11-23'],
    ])
  })

  test('find the person meant by a pronoun, and the day of an afterthought', async () => {
    expect(await inTalk(['Ann', 'Elena is on it. She will contact the supplier. By Thursday.'])).toEqual([
      ['Contact the supplier', 'Elena', '2026-11-19'],
    ])
  })

  test('name nobody where nobody is known', async () => {
    expect(await inTalk([null, 'I will send the notes.'])).toEqual([['Send the notes', null, null]])
  })

  test('of a meeting link to where they were said', async () => {
    const items = await actionsIn(meeting, meetingMoment)
    const report = items.find((it) => it.text.startsWith('Send the revised budget'))
    expect(report).toMatchObject({ assignee: 'Ben', due_date: '2026-11-20', segment_id: 'segment-5' })
    expect(report?.quote).toBe('I will send the revised budget to the committee by Friday.')
    expect(items.map((it) => it.text)).toContain('Schedule two more interviews for the sales position')
    for (const item of items) {
      const segment = meeting.find((it) => it.id === item.segment_id)
      expect(segment?.text).toContain(item.quote)
      expect(item.start_ms).toBeGreaterThanOrEqual(segment?.start_ms ?? Number.POSITIVE_INFINITY)
      expect(item.start_ms).toBeLessThan(segment?.end_ms ?? 0)
    }
  })
})
