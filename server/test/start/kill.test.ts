import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { discard, isReady, leave, postmasterOf, processesIn, startHolder, temporaryFolder } from './processes.ts'

let folder: string
beforeAll(() => {
  folder = temporaryFolder()
})
afterAll(() => discard(folder))

// More rounds, or others, by hand: KILL_ROUNDS=100 KILL_SEED=7 npx vitest run server/test/start/kill
const rounds = Number(process.env.KILL_ROUNDS ?? 10)
const seed = Number(process.env.KILL_SEED ?? 20_261_121)

/** mulberry32: the same rounds at every run. */
const randomNumbers = (start: number) => {
  let state = start
  return (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

test('killed again and again under writes, it opens each time and has every acknowledged row', {
  timeout: rounds * 12_000,
}, async () => {
  const random = randomNumbers(seed)
  const acknowledged: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const holder = startHolder(folder, { writers: 4 })
    const kept = new Set((await holder.heard(isReady)).rows!.split(',').map(Number))
    expect(acknowledged.filter((row) => !kept.has(row))).toEqual([])

    await holder.heard(({ row }) => row !== undefined)
    // When in the stream of writes it hits is what the seed varies.
    await pause(random() * 150)
    const victims = Math.floor(random() * 3)
    if (victims !== 0) process.kill(postmasterOf(folder).pid, 'SIGKILL')
    // The server is killed before, or together with its database, or while it brings the database back.
    if (victims === 1) await pause(random() * 300)
    holder.signal('SIGKILL')
    await holder.ended
    acknowledged.push(...holder.all.flatMap(({ row }) => row ?? []))
  }
  const last = startHolder(folder)
  const kept = new Set((await last.heard(isReady)).rows!.split(',').map(Number))
  expect(acknowledged.length).toBeGreaterThan(rounds)
  expect(acknowledged.filter((row) => !kept.has(row))).toEqual([])
  await leave(last)
  expect(processesIn(folder)).toEqual([])
})
