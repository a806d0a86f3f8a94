import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'
import { silentLog } from '../log.ts'
import { handler, job } from './job.ts'
import { silentQueues } from './look-out.ts'
import { openQueue, type Queue } from './queue.ts'

let database: TestDatabase
let queue: Queue
beforeAll(async () => {
  database = await testDatabase()
  queue = await openQueue({ database, log: silentLog })
})
afterAll(async () => {
  await queue.stop()
  await database.close()
})

test('what waits is taken as soon as there is a place for it, not once a second', async () => {
  const quick = job({
    ...{ name: 'quick', payload: z.object({ at: z.number() }), retries: 0, expireSeconds: 60 },
    ...{ concurrency: 2, perUser: 1 },
  })
  await queue.define([quick])
  const waiting = Array.from({ length: 60 }, (_, at) => at)
  for (const at of waiting) await queue.send(quick, { at }, { userId: `user-${at % 3}` })
  const done: number[] = []
  let atOnce = 0
  let most = 0
  await queue.work(
    handler(quick, async ({ at }) => {
      most = Math.max(most, ++atOnce)
      await database.db.execute(sql`SELECT 1`)
      atOnce -= 1
      done.push(at)
    }),
  )
  // Two places at one job a second would take half a minute.
  await expect.poll(() => done.length).toBe(60)
  expect(done.toSorted((a, b) => a - b)).toEqual(waiting)
  expect(most).toBe(2)
})

test('what a worker took and gave no sign of for seven seconds is done by another', async () => {
  const lost = job({
    ...{ name: 'lost', payload: z.object({}), retries: 2, expireSeconds: 60, concurrency: 1, perUser: 1 },
  })
  await queue.define([lost])
  await queue.send(lost, {}, { userId: 'user' })
  await queue.boss.fetch(lost.name)
  const since = async (seconds: number) => {
    await database.db.execute(sql`
      update pgboss.job set heartbeat_on = now() - ${seconds} * interval '1 second' where name = ${lost.name}`)
    return await silentQueues(queue.boss.getDb())
  }
  expect(await since(6)).toEqual([])
  expect(await since(7.5)).toEqual([lost.name])
  const attempts: number[] = []
  await queue.work(handler(lost, async (_, { attempt }) => void attempts.push(attempt)))
  await expect.poll(() => attempts, { timeout: 15_000 }).toEqual([2])
})

test('work that becomes due later wakes all places of its queue, without their asking for it', async () => {
  const later = job({
    ...{ name: 'later', payload: z.object({ at: z.number() }), retries: 0, expireSeconds: 60 },
    ...{ concurrency: 4, perUser: 4 },
  })
  await queue.define([later])
  let started = 0
  let allStarted = () => {}
  const together = new Promise<void>((resolve) => {
    allStarted = resolve
  })
  await queue.work(
    handler(later, async () => {
      started += 1
      if (started === 4) allStarted()
      // Each keeps its place until all four are at work: a place that slept on would be waited for in vain.
      await together
    }),
  )
  for (const at of [0, 1, 2, 3]) await queue.send(later, { at }, { userId: 'user', after: 2 })
  await expect.poll(() => started, { timeout: 12_000 }).toBe(4)
})

test('queues that are as they should be are left alone by the next start, and others are changed', async () => {
  const changed = job({ name: 'changed', payload: z.object({}), retries: 1, expireSeconds: 60, concurrency: 1 })
  const kept = job({ ...changed, name: 'kept', schedule: '5 4 * * *' })
  await queue.define([kept, changed])
  const rows = async () => {
    const all = await queue.boss.getQueues([kept.name, changed.name])
    return Object.fromEntries(all.map((it) => [it.name, it]))
  }
  const before = await rows()
  const [scheduled] = await queue.boss.getSchedules(kept.name)
  await queue.define([kept, { ...changed, retries: 3 }])
  const after = await rows()
  expect(after[kept.name]).toEqual(before[kept.name])
  expect(await queue.boss.getSchedules(kept.name)).toEqual([scheduled])
  expect(after[changed.name]).toMatchObject({ retryLimit: 3, heartbeatSeconds: 7 })
  await queue.define([{ ...kept, schedule: '6 4 * * *' }])
  expect((await queue.boss.getSchedules(kept.name)).map((it) => it.cron)).toEqual(['6 4 * * *'])
})
