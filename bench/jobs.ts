import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { type Database, openDatabase } from '../server/src/platform/database/connect.ts'
import { silentLog } from '../server/src/platform/log.ts'
import { handler, job } from '../server/src/platform/queue/job.ts'
import { openQueue } from '../server/src/platform/queue/queue.ts'
import { measureRecovery } from './jobs/recovery.ts'

// How many jobs a second go through the queue, and how soon the work of a killed worker goes on: see README.md.
const { values: asked } = parseArgs({
  options: {
    jobs: { type: 'string', default: '1000' },
    kills: { type: 'string', default: '3' },
  },
})

const nothing = job({
  ...{ name: 'bench-nothing', payload: z.object({ at: z.number() }), retries: 0, expireSeconds: 60 },
  concurrency: 4,
})

/** Jobs that do nothing: all that is measured is the queue. */
async function emptyJobs(database: Database, count: number): Promise<number> {
  const queue = await openQueue({ database, log: silentLog })
  try {
    await queue.define([nothing])
    await database.db.transaction(async (tx) => {
      for (let at = 0; at < count; at += 1) await queue.send(nothing, { at }, { tx })
    })
    const { promise: all, resolve } = Promise.withResolvers<void>()
    let done = 0
    const began = performance.now()
    await queue.work(
      handler(nothing, async () => {
        done += 1
        if (done === count) resolve()
      }),
    )
    await all
    return (performance.now() - began) / 1000
  } finally {
    await queue.stop()
  }
}

const folder = await mkdtemp(join(tmpdir(), 'mina-bench-'))
try {
  const count = Number(asked.jobs)
  if (count > 0) {
    const database = await openDatabase({ dataDir: join(folder, 'queue'), log: silentLog })
    const seconds = await emptyJobs(database, count).finally(() => database.close())
    console.log(`${count} empty jobs, four at once: ${(count / seconds).toFixed(0)} a second`)
  }
  for (let at = 0; at < Number(asked.kills); at += 1)
    console.log(`a killed worker's recording goes on after ${(await measureRecovery(folder, at)).toFixed(1)} s`)
} finally {
  await rm(folder, { recursive: true, force: true })
}
