import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Database, openDatabase } from '../../src/platform/database/connect.ts'
import { isUnavailable } from '../../src/platform/database/errors.ts'
import { silentLog } from '../../src/platform/log.ts'
import { type TestDatabase, testDatabase } from '../database.ts'
import { line, socketOf } from '../doubles/network/line.ts'

let real: TestDatabase
let wire: Awaited<ReturnType<typeof line>>
let database: Database

beforeEach(async () => {
  real = await testDatabase({ migrations: join(import.meta.dirname, 'migrations') })
  const url = new URL(real.url)
  wire = await line(socketOf(real.url))
  database = await openDatabase({
    url: `postgresql://mina@127.0.0.1:${wire.port}${url.pathname}`,
    dataDir: '/nonexistent',
    log: silentLog,
    poolSize: 2,
  })
})
afterEach(async () => {
  await database.close()
  wire.close()
  await real.close()
})

test('a database that falls silent fails its queries within five seconds, and is used again when it speaks', async () => {
  await database.pool.query('SELECT 1')
  wire.fallSilent()
  const began = Date.now()
  const failure = await database.pool.query('SELECT 1').catch((error: unknown) => error)
  expect(isUnavailable(failure)).toBe(true)
  expect(Date.now() - began).toBeLessThan(5000)
  await expect.poll(() => database.isAlive(), { timeout: 5000, interval: 50 }).toBe(false)
  // What comes later fails too, instead of queueing up.
  expect(isUnavailable(await database.pool.query('SELECT 1').catch((error: unknown) => error))).toBe(true)

  wire.speak()
  const returned = Date.now()
  await expect.poll(() => database.isAlive(), { timeout: 10_000, interval: 50 }).toBe(true)
  expect((await database.pool.query('SELECT 7 AS n')).rows).toEqual([{ n: 7 }])
  expect(Date.now() - returned).toBeLessThan(10_000)
})

test('a database that was stopped refuses at once, and is used again when it is back', async () => {
  await database.pool.query('SELECT 1')
  wire.close()
  const failure = await database.pool.query('SELECT 1').catch((error: unknown) => error)
  expect(isUnavailable(failure)).toBe(true)
  await expect.poll(() => database.isAlive(), { timeout: 5000, interval: 50 }).toBe(false)

  wire = await line(socketOf(real.url), wire.port)
  await expect.poll(() => database.isAlive(), { timeout: 10_000, interval: 50 }).toBe(true)
  expect((await database.pool.query('SELECT 7 AS n')).rows).toEqual([{ n: 7 }])
})
