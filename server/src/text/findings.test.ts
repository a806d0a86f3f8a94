import { describe, expect, test } from 'vitest'
import { chaptersOf } from './chapters.ts'
import { entitiesIn, findMoney, findNames } from './entities.ts'
import { meeting, meetingMoment } from './meeting.fixture.ts'
import { keyPhrasesIn } from './phrases.ts'
import type { TextSegment } from './segment.ts'
import { decisionsIn, questionsIn } from './statements.ts'
import { summaryOf } from './summary.ts'

const talk = (...texts: string[]): TextSegment[] =>
  texts.map((text, idx) => ({ id: `s${idx}`, idx, start_ms: idx * 1_000, end_ms: idx * 1_000 + 900, text }))

describe('chapters', () => {
  test('begin where the topic turns, have titles of their own and cover the whole', async () => {
    const chapters = await chaptersOf(meeting, 'en')
    expect(chapters.map((it) => it.from_idx)).toEqual([0, 10, 20])
    expect(chapters.at(-1)?.end_ms).toBe(meeting.at(-1)?.end_ms)
    const titles = chapters.map((it) => it.title.toLowerCase())
    expect(titles[0]).toContain('budget')
    expect(titles[1]).toContain('app')
    // As the speaker announced it.
    expect(titles[2]).toBe('hiring')
  })

  test('are found without knowing the language', async () => {
    const chapters = await chaptersOf(meeting, null)
    expect(chapters.some((it) => Math.abs(it.from_idx - 10) <= 1)).toBe(true)
    expect(chapters.some((it) => Math.abs(it.from_idx - 20) <= 1)).toBe(true)
  })

  test('of a short talk are one, of silence none', async () => {
    expect(await chaptersOf(talk('Hello there.', 'Nice to meet you.'), 'en')).toHaveLength(1)
    expect(await chaptersOf([], 'en')).toEqual([])
  })
})

describe('summary', () => {
  test('takes sentences as they were said, of every chapter, in order, each with its place', async () => {
    const chapters = await chaptersOf(meeting, 'en')
    const summary = await summaryOf(meeting, 'en', chapters)
    const order = summary.map((it) => it.start_ms)
    expect(order).toEqual([...order].sort((a, b) => a - b))
    for (const sentence of summary) {
      expect(meeting.find((it) => it.id === sentence.segment_id)?.text).toContain(sentence.text)
    }
    for (const { start_ms, end_ms } of chapters) {
      expect(summary.some((it) => it.start_ms >= start_ms && it.start_ms < end_ms)).toBe(true)
    }
  })

  test('does not say the same twice', async () => {
    const same = talk(...Array.from({ length: 12 }, () => 'The quarterly budget of the marketing team is too small.'))
    expect(await summaryOf(same, 'en')).toHaveLength(1)
  })
})

describe('key phrases', () => {
  test('name the topics, with the first place each was said', async () => {
    const phrases = await keyPhrasesIn(meeting, 'en')
    const texts = phrases.map((it) => it.text.toLowerCase())
    expect(texts).toEqual(expect.arrayContaining(['travel budget', 'sales position', 'older phones']))
    expect(phrases[0]?.weight).toBe(1)
    expect(texts).not.toContain('the')
  })

  test('are found in other languages too', async () => {
    const phrases = await keyPhrasesIn(
      talk(
        'Die Steuerreform kommt im Herbst.',
        'Ohne die Steuerreform fehlt das Geld.',
        'Der Bundestag berät die Steuerreform.',
      ),
      'de',
    )
    expect(phrases[0]?.text).toBe('Steuerreform')
  })
})

describe('questions and decisions', () => {
  test('leave out courtesies and requests', () => {
    const asked = questionsIn(
      talk(
        'How are you?',
        'Can you send me the file?',
        'What does the committee need?',
        'what is the price of the small one',
        'Right?',
      ),
    )
    expect(asked.map((it) => it.segment_id)).toEqual(['s2', 's3'])
  })

  test.each([
    ['We decided to keep the autumn campaign.', true],
    ["Okay, let's go with the second offer.", true],
    ['The proposal was approved by the board.', true],
    ['We have not decided yet.', false],
    ['We need to decide by Monday.', false],
    ['Did we agree on that?', false],
    ['If we decided to stop, we would lose money.', false],
  ])('%s → %s', async (text, is) => {
    expect(await decisionsIn(talk(text))).toHaveLength(is ? 1 : 0)
  })
})

describe('entities', () => {
  test('of a meeting: persons, organisations, places, days and sums, each with every mention', async () => {
    const entities = await entitiesIn(meeting, { moment: meetingMoment, english: true })
    const of = (kind: string) => entities.filter((it) => it.kind === kind).map((it) => it.text)
    expect(of('person')).toEqual(expect.arrayContaining(['Maria Rossi', 'Sarah Jones']))
    expect(of('organisation')).toContain('Siemens')
    expect(of('place')).toEqual(expect.arrayContaining(['Berlin', 'London']))
    expect(of('money')).toEqual(expect.arrayContaining(['$120,000', 'forty thousand dollars']))
    expect(entities.find((it) => it.text === 'Friday')?.date).toBe('2026-11-20')
    for (const { segment_id, text, start, end } of entities.flatMap((it) => it.mentions)) {
      expect(meeting.find((it) => it.id === segment_id)?.text.slice(start, end)).toBe(text)
    }
  })

  test('a first name alone belongs to the only full name that has it', async () => {
    const [person] = await entitiesIn(talk('Sarah Jones called.', 'Later Sarah wrote a mail.'), {
      moment: meetingMoment,
      english: true,
    })
    expect(person).toMatchObject({ kind: 'person', text: 'Sarah Jones' })
    expect(person?.mentions.map((it) => it.text)).toEqual(['Sarah Jones', 'Sarah'])
  })

  test('sums are read in figures and words, other numbers are not', () => {
    const sums = (text: string) => findMoney(text).map((it) => it.text)
    expect(sums('It costs $5,000, or 3.5 million euros, or two hundred pounds.')).toEqual(
      expect.arrayContaining(['$5,000', '3.5 million euros', 'two hundred pounds']),
    )
    expect(sums('We have 12 people and 3 rooms.')).toEqual([])
  })

  test('names are without their punctuation', async () => {
    expect((await findNames('Thanks, Jordan. We met at Deutsche Bank.')).map((it) => it.text)).toEqual([
      'Jordan',
      'Deutsche Bank',
    ])
  })
})
