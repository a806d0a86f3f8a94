import { describe, expect, test } from 'vitest'
import { meeting } from '../../text/meeting.fixture.ts'
import { createGround } from './grounding.ts'
import { numbersIn } from './numbers.ts'

describe('numbers', () => {
  test.each([
    ['12,000 visitors', [12_000]],
    ['12.000 Besucher', [12_000]],
    ['twelve thousand visitors', [12_000]],
    ['12k visitors', [12_000]],
    ['one hundred and twenty thousand', [120_000]],
    ['forty-two', [42]],
    ['3.5 million and 3,5', [3_500_000, 3.5]],
    ['the third of March', [3]],
    ['none here', []],
  ])('of "%s" are %j', (text, values) => {
    expect(numbersIn(text).map((it) => it.value)).toEqual(values)
  })
})

describe('grounding', () => {
  const ground = createGround(meeting, 'en', { follow: true })

  test('accepts what the named lines say, reworded, with numbers in figures', () => {
    const checked = ground.check('The spring campaign cost $40,000.', [1])
    expect(checked).toEqual({
      supported: true,
      doubts: [],
      evidence: [{ segment_id: 'segment-1', start_ms: 20_000 }],
    })
  })

  test('doubts a number that was not said there', () => {
    const { supported, doubts } = ground.check('The spring campaign cost $90,000.', [1])
    expect(supported).toBe(false)
    expect(doubts.join()).toContain('90,000')
  })

  test('doubts a name that was not said there', () => {
    const { doubts } = ground.check('The budget forecast is reviewed by Peter from Siemens.', [8])
    expect(doubts.join()).toContain('Peter')
    expect(doubts.join()).not.toContain('Siemens')
  })

  test('doubts what is said nowhere near', () => {
    expect(ground.check('The company will open a factory in the north.', [3]).supported).toBe(false)
  })

  test('looks for a place where none, or none that exists, is named', () => {
    const checked = ground.check('The camera library causes the crash.', [999, -1, 1.5])
    expect(checked.supported).toBe(true)
    expect(checked.evidence).toEqual([{ segment_id: 'segment-11', start_ms: 220_000 }])
    expect(ground.check('Whales sing under the ice.', [])).toMatchObject({ supported: false, evidence: [] })
  })
})
