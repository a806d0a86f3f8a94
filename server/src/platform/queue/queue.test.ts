import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'
import { silentLog } from '../log.ts'
import { handler, job } from './job.ts'
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
