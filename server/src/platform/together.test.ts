import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { readingTogether } from './together.ts'

function shelf() {
  let book = 0
  let readings = 0
  const together = readingTogether<number>()
  return {
    write: () => {
      book += 1
    },
    ask: (key = 'same') =>
      together(key, async () => {
        readings += 1
        const seen = book
        await turn()
        return seen
      }),
    readings: () => readings,
  }
}

test('many who ask at once take two readings, and each sees what was written before it asked', async () => {
  const { write, ask, readings } = shelf()
  const first = ask()
  write()
  const later = Array.from({ length: 50 }, () => ask())
  expect(await first).toBe(0)
  expect(new Set(await Promise.all(later))).toEqual(new Set([1]))
  expect(readings()).toBe(2)
})

test('what is written while others wait for their turn is in what they get', async () => {
  const { write, ask } = shelf()
  const first = ask()
  const second = ask()
  write()
  const third = ask()
  expect(await Promise.all([first, second, third])).toEqual([0, 1, 1])
  write()
  expect(await ask()).toBe(2)
})

test('who asks for something else waits for nobody, and a failure is not kept', async () => {
  const { ask, readings } = shelf()
  await Promise.all([ask('one'), ask('other')])
  expect(readings()).toBe(2)
  const together = readingTogether<string>()
  const failing = together('it', () => Promise.reject(new Error('broken')))
  const after = together('it', async () => 'whole')
  await expect(failing).rejects.toThrow('broken')
  expect(await after).toBe('whole')
})
