import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { correct, learnFrom, type VocabularyTerm } from './index.ts'
import { likeness, soundAlike } from './sound.ts'

const vocabulary: VocabularyTerm[] = [
  { term: 'Kubernetes' },
  { term: 'Grafana' },
  { term: 'PostgreSQL', heard_as: ['post grass sequel'] },
  { term: 'Nguyen' },
  { term: 'Siobhan Kelly' },
]
const corrected = async (text: string) => (await correct(text, vocabulary)).text

describe('sound and spelling', () => {
  test.each([
    ['kubernetes', 'cooper netties'],
    ['Grafana', 'graphana'],
    ['Meyer', 'Maier'],
    ['Philips', 'Fillips'],
    ['Knight', 'Nite'],
    ['Schmidt', 'Shmitt'],
  ])('%s sounds like %s', (a, b) => {
    expect(soundAlike(a, b)).toBe(true)
  })

  test('tell different words apart', () => {
    expect(soundAlike('Grafana', 'banana')).toBe(false)
    expect(likeness('letter', 'lettre')).toBeCloseTo(5 / 6)
    expect(likeness('abc', 'xyz')).toBe(0)
  })
})

describe('vocabulary', () => {
  test.each([
    ['We run cooper netties in production.', 'We run Kubernetes in production.'],
    ['Open graphana, please.', 'Open Grafana, please.'],
    ["The kubernetes' nodes and kubernetes itself", "The Kubernetes' nodes and Kubernetes itself"],
    ['Ask siobhan kelly about it.', 'Ask Siobhan Kelly about it.'],
    ['We use post grass sequel here.', 'We use PostgreSQL here.'],
    ["It is graphana's fault.", "It is Grafana's fault."],
  ])('%s', async (text, expected) => {
    expect(await corrected(text)).toBe(expected)
  })

  test.each([
    'The banana was graphic and the governess came.',
    'We went to the post office on the grass.',
    'Our new union agreed on the letter.',
    'Kubernetes and Grafana are fine.',
  ])('leaves alone: %s', async (text) => {
    expect(await correct(text, vocabulary)).toEqual({ text, corrections: [] })
  })

  test('does not choose between two terms that fit alike', async () => {
    const text = 'Call mayer now.'
    expect((await correct(text, [{ term: 'Meyer' }, { term: 'Mayor' }])).text).toBe(text)
  })

  test('says what it changed, where, and why', async () => {
    const text = 'Say graphana twice: graphana.'
    const { text: now, corrections } = await correct(text, vocabulary)
    expect(corrections).toHaveLength(2)
    for (const it of corrections) {
      expect(text.slice(it.start, it.end)).toBe(it.from)
      expect(now.slice(it.corrected_start, it.corrected_end)).toBe(it.to)
      expect(it.reason).toBe('sound')
    }
  })

  test('changes nothing but what it says', async () => {
    const word = fc.constantFrom(
      'graphana',
      'the',
      'cooper',
      'netties',
      'kubernetis',
      ',',
      '.',
      'report',
      "post grass sequel's",
      '\n',
    )
    await fc.assert(
      fc.asyncProperty(fc.array(word, { maxLength: 15 }), async (words) => {
        const text = words.join(' ')
        const { text: now, corrections } = await correct(text, vocabulary)
        let undone = now
        for (const it of [...corrections].reverse()) {
          undone = undone.slice(0, it.corrected_start) + it.from + undone.slice(it.corrected_end)
        }
        expect(undone).toBe(text)
      }),
      { numRuns: 60 },
    )
  })
})

describe('learning from an edit', () => {
  test('takes a word that sounds alike and is not an everyday word', async () => {
    expect(await learnFrom('We run cooper netties in Berlin.', 'We run Kubernetes in Berlin.')).toEqual([
      { heard: 'cooper netties', meant: 'Kubernetes', risky: false },
    ])
  })

  test('warns where everyday words would be changed', async () => {
    const [lesson] = await learnFrom('Ask the red is cluster.', 'Ask the Redis cluster.')
    expect(lesson).toEqual({ heard: 'red is', meant: 'Redis', risky: true })
  })

  test('learns nothing from a change of mind or of style', async () => {
    expect(await learnFrom('We met on Monday in the office.', 'We met on Friday in the big office.')).toEqual([])
    expect(await learnFrom('The report is ready', 'The report is ready.')).toEqual([])
  })

  test('and what it learnt is applied', async () => {
    const [lesson] = await learnFrom('Ask the red is cluster.', 'Ask the Redis cluster.')
    const { text } = await correct('Is red is down?', [{ term: lesson!.meant, heard_as: [lesson!.heard] }])
    expect(text).toBe('Is Redis down?')
  })
})
