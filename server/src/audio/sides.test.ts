import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ffmpeg, soundFolder } from '../../test/sounds.ts'
import { probe } from './probe.ts'
import { twoSides } from './sides.ts'

let folder: Awaited<ReturnType<typeof soundFolder>>
const at = (name: string) => join(folder.path, name)

/** Two channels by two formulas of the time `t`. */
const judged = async (left: string, right: string, seconds = 8) => {
  await ffmpeg('-f', 'lavfi', '-i', `aevalsrc=${left}|${right}:s=16000:d=${seconds}`, at('both.wav'))
  return twoSides({ path: at('both.wav'), ...(await probe(at('both.wav'))) })
}
const voice = '0.3*sin(2*PI*200*t)'
const hum = '0.002*sin(2*PI*50*t)'
const inTurn = (first: string) => `if(${first}lt(mod(t\\,4)\\,2)\\,${voice}\\,${hum})`

beforeAll(async () => {
  folder = await soundFolder()
})
afterAll(() => folder.remove())

describe('the two sides of a call', () => {
  test('are known by speaking in turn', async () => {
    expect(await judged(inTurn(''), inTurn('1-'))).toBe(true)
  })

  test('are known in a long recording without hearing all of it', async () => {
    expect(await judged(inTurn(''), inTurn('1-'), 400)).toBe(true)
  })

  test.each([
    ['the same sound twice', inTurn(''), inTurn('')],
    ['a room with two microphones', voice, `0.5*${voice}`],
    ['one side alone', voice, hum],
    ['silence', '0', '0'],
  ])('are not %s', async (_, left, right) => {
    expect(await judged(left, right)).toBe(false)
  })

  test('need two channels', async () => {
    await ffmpeg('-f', 'lavfi', '-i', `aevalsrc=${inTurn('')}:s=16000:d=4`, at('one.wav'))
    expect(await twoSides({ path: at('one.wav'), ...(await probe(at('one.wav'))) })).toBe(false)
  })
})
