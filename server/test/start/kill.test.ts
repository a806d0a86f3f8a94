import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bar } from '../bar.ts'
import { dice } from '../dice.ts'
import { discard, isReady, leave, postmasterOf, processesIn, startHolder, temporaryFolder } from './processes.ts'

let folder: string
beforeAll(() => {
  folder = temporaryFolder()
})
afterAll(() => discard(folder))

test('killed again and again under writes, it opens each time and has every acknowledged row', {
  timeout: bar.kills * 12_000,
}, async () => {
  const random = dice(bar.seed)
  const acknowledged: number[] = []
  for (let round = 0; round < bar.kills; round += 1) {
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
  expect(acknowledged.length).toBeGreaterThan(bar.kills)
  expect(acknowledged.filter((row) => !kept.has(row))).toEqual([])
  await leave(last)
  expect(processesIn(folder)).toEqual([])
})
