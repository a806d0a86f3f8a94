import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { migrate } from '../../src/platform/database/migrate.ts'
import { type TestDatabase, testDatabase } from '../database.ts'

const migrations = join(import.meta.dirname, 'migrations')
let folder: string
let database: TestDatabase

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mina-migrations-'))
  cpSync(migrations, folder, { recursive: true })
  const journal = join(folder, 'meta', '_journal.json')
  const all = readFileSync(journal, 'utf8')
  writeFileSync(journal, JSON.stringify({ ...JSON.parse(all), entries: JSON.parse(all).entries.slice(0, 1) }))
  database = await testDatabase({ migrations: folder })
  writeFileSync(journal, all)
})
afterEach(async () => {
  await database.close()
  rmSync(folder, { recursive: true })
})

const digest = async (): Promise<string> =>
  (await database.pool.query("SELECT md5(string_agg(id || text, ',' ORDER BY id)) AS digest FROM notes")).rows[0].digest

test('a migration that is killed in the middle changes nothing, and the next start carries it out', async () => {
  await database.pool.query("INSERT INTO notes (text) SELECT 'note ' || n FROM generate_series(1, 1000) AS n")
  const before = await digest()
  const slow = join(folder, '0001_stars.sql')
  const good = readFileSync(slow, 'utf8')
  appendFileSync(slow, '--> statement-breakpoint\nSELECT pg_sleep(60);')
  const migrator = spawn(process.execPath, [join(import.meta.dirname, 'migrator.ts'), database.url, folder])
  const isInTheMiddle = async (): Promise<boolean> => {
    const found = "SELECT 1 FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid()"
    return (await database.pool.query(found)).rowCount === 1
  }
  await expect.poll(isInTheMiddle, { timeout: 20_000 }).toBe(true)
  migrator.kill('SIGKILL')
  await once(migrator, 'exit')

  writeFileSync(slow, good)
  expect(await migrate(database.pool, folder)).toEqual({ applied: 1 })
  expect(await digest()).toBe(before)
  expect((await database.pool.query('SELECT sum(stars)::int AS stars FROM notes')).rows).toEqual([{ stars: 0 }])
})
