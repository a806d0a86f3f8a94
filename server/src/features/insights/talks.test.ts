import { describe, expect, test } from 'vitest'
import { recorded, talk } from '../../../test/talks/talk.ts'
import { silentLog } from '../../platform/log.ts'
import { createInsights } from './index.ts'

const insights = createInsights({ log: silentLog })
const of = async (name: Parameters<typeof talk>[0]) => insights.analyse({ ...recorded, segments: await talk(name) })
type Found = Awaited<ReturnType<typeof of>>
const tasksOf = ({ tasks }: Found) => tasks.map((it) => [it.assignee, it.text, it.due_date])
const textsOf = (list: readonly { text: string }[]) => list.map((it) => it.text)
const named = ({ entities }: Found, kind: string) => textsOf(entities.filter((it) => it.kind === kind))

/** What a person would want to find in talk as it is spoken, fillers, asides and all. */
describe('without a model, of real talk', () => {
  test('a meeting gives its agenda, who does what until when, and what was settled', async () => {
    const it = await of('meeting')
    expect(it.title).toBe('Checkout, mobile app, support over Christmas')
    expect(it.chapters.map(({ title, start_ms }) => [title, start_ms])).toEqual([
      ['Opening', 0],
      ['Checkout', 21_000],
      ['Mobile app', 116_000],
      ['Support over Christmas', 225_000],
    ])
    expect(tasksOf(it)).toEqual([
      ['Tom', 'Have a fix ready', '2026-11-24'],
      ['Elena', "Let Marcus's team know", '2026-11-18'],
      ['Elena', 'Send them an email', null],
      ['Marcus', 'Move the newsletter to the first of December', null],
      [null, "Ask Northgate first whether they're fine with it", null],
      ['Priya', 'Call Daniel at Northgate and ask him', '2026-11-19'],
      ['Tom', 'Start on the silent refresh after the checkout is out', null],
      ['Elena', 'Draft it (a short reply)', '2026-11-19'],
      ['Marcus', 'Get it approved by legal (a short reply)', '2026-11-20'],
      ['Priya', 'Ask Helen in finance to release it (the training budget)', null],
      ['Marcus', 'Find out whether the agency from last year is available', null],
      ['Marcus', 'Get back to you on that', '2026-11-20'],
      ['Priya', 'Send the notes around', '2026-11-18'],
    ])
    expect(textsOf(it.decisions)).toEqual([
      "We've decided, the checkout launches on Monday the 30th.",
      "Let's go with a short reply that says a fix is coming.",
    ])
    expect(textsOf(it.summary)).toContain("We've decided, the checkout launches on Monday the 30th.")
    expect(textsOf(it.questions)).toContain('Should we reply to the reviews in the meantime?')
    expect(named(it, 'person')).toEqual(['Marcus', 'Tom', 'Elena', 'Daniel', 'Helen'])
    const friday = it.entities.find((entity) => entity.text === 'Friday')
    expect(friday?.date).toBe('2026-11-13')
  })

  test('an interview gives its questions and no tasks', async () => {
    const it = await of('interview')
    expect(it.tasks).toEqual([])
    expect(it.questions).toHaveLength(10)
    expect(it.chapters.map(({ title }) => title)).toContain('Money')
    expect(textsOf(it.key_phrases)).toContain('oyster reefs')
    expect(named(it, 'date')).not.toContain('for three years')
  })

  test('a lecture gives its definition, its conclusion, and what is due', async () => {
    const it = await of('lecture')
    expect(textsOf(it.summary)).toEqual(
      expect.arrayContaining([
        'An externality is a cost or a benefit that falls on somebody who is not part of the transaction.',
        'A tax fixes the price and lets the quantity adjust.',
      ]),
    )
    expect(tasksOf(it)).toEqual([
      [null, 'Second problem set is due', '2026-11-27'],
      [null, 'Read chapter seven before then', null],
    ])
    expect(it.entities[0]).toMatchObject({ kind: 'person', text: 'Ronald Coase' })
    expect(it.entities[0]?.mentions).toHaveLength(5)
    expect(it.chapters.at(-1)?.title).toBe('Summary')
  })

  test('a call gives what was promised to the customer, and by whom', async () => {
    const it = await of('call')
    expect(tasksOf(it)).toEqual([
      ['Agent', 'Send Customer a new router by express', '2026-11-18'],
      ['Agent', 'Credit Customer’s account with thirty pounds for the days you were offline', null],
      ['Customer', 'Send the old one back', '2026-12-02'],
      ['Agent', 'Book the engineer right now', null],
      ['Agent', 'Ask our retention team to call Customer with an offer', null],
      [null, 'Ring Customer after six', '2026-11-24'],
    ])
    expect(named(it, 'person')).toEqual(['Josh', 'Margaret Whitfield'])
    expect(textsOf(it.questions).join(' ')).not.toMatch(/help you today|anything else|okay to hold/)
  })

  test.each(['meeting', 'interview', 'lecture', 'call'] as const)(
    'nothing of a %s is left of how it was hesitated',
    async (name) => {
      const { summary, questions, decisions, tasks } = await of(name)
      const read = textsOf([...summary, ...questions, ...decisions, ...tasks])
      expect(read.length).toBeGreaterThan(8)
      for (const text of read) {
        expect(text).not.toMatch(/\b(?:um|uh|you know)\b|^(?:Okay|So|Well|Yeah)\b[, ]/i)
        expect(text).toMatch(/^[\p{Lu}\p{N}"]/u)
      }
    },
  )
})
