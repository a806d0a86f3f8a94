import { describe, expect, test } from 'vitest'
import { fakeTranslator } from './fake.ts'
import { glossaryFor, missedTerms, protectTerms } from './glossary.ts'

const glossary = { tide: 'marea', 'high tide': 'alta marea', 会議: 'riunione' }

describe('terms', () => {
  test('are found as words, whatever their case', () => {
    expect(glossaryFor(glossary, 'The Tide rises.').map(({ source }) => source)).toEqual(['tide'])
    expect(glossaryFor(glossary, 'A tidel is no such word, nor is eventide.')).toEqual([])
  })

  test('are found within scripts that write without spaces', () => {
    expect(glossaryFor(glossary, '明日の会議です').map(({ source }) => source)).toEqual(['会議'])
  })

  test('that are missing from a translation are named', () => {
    expect(missedTerms(glossary, 'High tide at noon', 'Alta marea a mezzogiorno')).toEqual([])
    expect(missedTerms(glossary, 'The tide', 'La corrente')).toEqual(['tide'])
  })

  test('with signs that patterns know are taken literally', () => {
    expect(protectTerms({ 'C++ (new)': 'C++' }, 'In C++ (new) style')!.text).toBe('In [[0]] style')
  })
})

describe('placeholders', () => {
  test('the longest term wins, and comes back as its translation', () => {
    const shielded = protectTerms(glossary, 'high tide, then the tide')!
    expect(shielded.text).toBe('[[0]], then the [[1]]')
    expect(shielded.restore('[[ 0 ]], poi la [[1]]')).toBe('alta marea, poi la marea')
  })

  test('signs that the text itself uses are not taken', () => {
    expect(protectTerms(glossary, 'the tide [[7]]')!.text).toBe('the {{0}} [[7]]')
  })

  test('lost, doubled or foreign ones are noticed', () => {
    const shielded = protectTerms(glossary, 'tide and tide')!
    expect(shielded.restore('[[0]]')).toBeNull()
    expect(shielded.restore('[[0]] [[0]] [[1]]')).toBeNull()
    expect(shielded.restore('[[0]] [[1]] [[2]]')).toBeNull()
  })

  test('a translation that lost one is made without, and the term is reported', async () => {
    const losing = (texts: readonly string[]) => texts.map((text) => text.replace(/\[\[\d\]\]/, '').toUpperCase())
    const translator = fakeTranslator(losing, { glossary: 'placeholders' })
    const answer = await translator.translate(['the tide rises', 'no term'], { source: 'en', target: 'it', glossary })
    expect(answer.texts).toEqual(['THE TIDE RISES', 'NO TERM'])
    expect(answer.glossaryMissed).toEqual(['tide'])
  })
})
