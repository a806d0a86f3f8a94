import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { alone } from './alone.ts'

let folder: string
let mark: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mina-alone-'))
  mark = join(folder, 'pulling')
})
afterEach(async () => await rm(folder, { recursive: true, force: true }))

const leftBy = async (path: string, seconds_ago: number) => {
  await writeFile(path, '')
  const then = new Date(Date.now() - seconds_ago * 1000)
  await utimes(path, then, then)
}

/** So many at once, none of which ends before all others have their answer: how many went to work. */
async function atWork(many: number): Promise<number> {
  let working = 0
  let refused = 0
  const allAnswered = Promise.withResolvers<void>()
  const answered = () => {
    if (working + refused === many) allAnswered.resolve()
  }
  await Promise.all(
    Array.from({ length: many }, async (_, at) => {
      for (let turn = 0; turn < at; turn += 1) await nextTurn()
      const result = await alone(mark, async () => {
        working += 1
        answered()
        await allAnswered.promise
        return 'done'
      })
      if (result !== null) return
      refused += 1
      answered()
    }),
  )
  return working
}

test('of many at once one goes to work, and nothing of it stays', async () => {
  expect(await atWork(20)).toBe(1)
  expect(await readdir(folder)).toEqual([])
})

test("of many that find a dead process's mark in one instant one goes on", async () => {
  // Who comes between whom is chance, so it is tried often.
  for (let round = 0; round < 50; round += 1) {
    await leftBy(mark, 120)
    expect(await atWork(20)).toBe(1)
  }
  expect(await readdir(folder)).toEqual([])
})

test('one that died while it took over keeps nobody out', async () => {
  await leftBy(mark, 120)
  await leftBy(`${mark}.left`, 90)
  expect(await atWork(20)).toBe(1)
  expect(await readdir(folder)).toEqual([])
})

test('a mark that was touched lately is respected', async () => {
  await leftBy(mark, 30)
  expect(await alone(mark, async () => 'done')).toBeNull()
  expect(await readdir(folder)).toEqual(['pulling'])
})
