import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'
import { silentLog } from '../log.ts'
import { openDatabase } from './connect.ts'
import { DatabaseStartError, isStatementTimeout, isUniqueViolation } from './errors.ts'
import { migrate } from './migrate.ts'
import { inTransaction } from './transaction.ts'

const migrations = join(import.meta.dirname, '../../../test/start/migrations')
let database: TestDatabase

beforeAll(async () => {
  database = await testDatabase({ migrations, statementTimeoutMs: 1000 })
})
afterAll(() => database.close())

const open = (url: string) => openDatabase({ url, dataDir: tmpdir(), log: silentLog, patienceMs: 0 })

test('a test database is migrated and empty', async () => {
  const { rows } = await database.db.execute(sql`SELECT count(*)::int AS n, max(stars) AS stars FROM notes`)
  expect(rows).toEqual([{ n: 0, stars: null }])
})

test('letters of every script are sorted out without the help of the system', async () => {
  const { rows } = await database.db.execute(sql`SELECT lower('ÀÉΔЖ') AS lower, 'É' ILIKE 'é' AS same`)
  expect(rows).toEqual([{ lower: 'àéδж', same: true }])
})

test('a statement that takes too long is ended and told from other errors', async () => {
  const failure = await database.db.execute(sql`SELECT pg_sleep(20)`).catch((error: unknown) => error)
  expect(isStatementTimeout(failure)).toBe(true)
})

test('a broken rule is recognised through the layers that wrap it', async () => {
  await database.db.execute(sql`INSERT INTO notes (id, text) VALUES (900, 'once')`)
  const again = database.db.execute(sql`INSERT INTO notes (id, text) VALUES (900, 'twice')`)
  expect(isUniqueViolation(await again.catch((error: unknown) => error))).toBe(true)
})

test('of transactions that are in each other’s way all succeed in the end, and none counts twice', async () => {
  await database.db.execute(sql`INSERT INTO notes (id, text) VALUES (901, 'contended')`)
  const add = (): Promise<void> =>
    inTransaction(
      database.db,
      async (transaction) => {
        const { rows } = await transaction.execute<{ stars: number }>(sql`SELECT stars FROM notes WHERE id = 901`)
        await transaction.execute(sql`UPDATE notes SET stars = ${rows[0]!.stars + 1} WHERE id = 901`)
      },
      { isolation: 'serializable', attempts: 50 },
    )
  await Promise.all(Array.from({ length: 5 }, add))
  const { rows } = await database.db.execute(sql`SELECT stars FROM notes WHERE id = 901`)
  expect(rows).toEqual([{ stars: 5 }])
})

describe('notifications', () => {
  test('reach whoever listens, until they stop', async () => {
    const heard: string[] = []
    const first = Promise.withResolvers<void>()
    const stop = await database.listen('notes "quoted"', {
      message: (payload) => {
        heard.push(payload)
        first.resolve()
      },
    })
    await database.db.execute(sql`SELECT pg_notify('notes "quoted"', 'one')`)
    await first.promise
    await stop()
    await database.db.execute(sql`SELECT pg_notify('notes "quoted"', 'two')`)
    expect(heard).toEqual(['one'])
  })

  test('go on after the connection was lost, and the listener is told to look for what it missed', async () => {
    const resumed = Promise.withResolvers<void>()
    const heard = Promise.withResolvers<string>()
    const stop = await database.listen('after', { message: heard.resolve, resumed: resumed.resolve })
    await database.db.execute(sql`
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE application_name = 'mina listener' AND datname = current_database()`)
    await resumed.promise
    await database.db.execute(sql`SELECT pg_notify('after', 'again')`)
    expect(await heard.promise).toBe('again')
    expect(database.isAlive()).toBe(true)
    await stop()
  })
})

describe('migrations', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'mina-migrations-'))
    cpSync(migrations, folder, { recursive: true })
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  const journal = (): string => join(folder, 'meta', '_journal.json')
  const limitTo = (count: number): void => {
    const all = JSON.parse(readFileSync(join(migrations, 'meta', '_journal.json'), 'utf8')) as { entries: unknown[] }
    writeFileSync(journal(), JSON.stringify({ ...all, entries: all.entries.slice(0, count) }))
  }

  test('an older database is upgraded, a current one left alone, a newer one refused', async () => {
    limitTo(1)
    const older = await testDatabase({ migrations: folder })
    try {
      await older.db.execute(sql`INSERT INTO notes (text) VALUES ('from before')`)
      limitTo(2)
      expect(await migrate(older.pool, folder)).toEqual({ applied: 1 })
      expect(await migrate(older.pool, folder)).toEqual({ applied: 0 })
      const { rows } = await older.db.execute(sql`SELECT text, stars FROM notes`)
      expect(rows).toEqual([{ text: 'from before', stars: 0 }])
      limitTo(1)
      await expect(migrate(older.pool, folder)).rejects.toThrow(/newer version of Mina/)
    } finally {
      await older.close()
    }
  })

  test('one with a history that this version does not know, or with tables of others, is left alone', async () => {
    limitTo(1)
    const other = await testDatabase({ migrations: folder })
    try {
      await other.db.execute(sql`UPDATE drizzle.__drizzle_migrations SET created_at = created_at - 1`)
      await expect(migrate(other.pool, folder)).rejects.toThrow(/made by a different build of Mina/)
      await other.db.execute(sql`DELETE FROM drizzle.__drizzle_migrations`)
      await expect(migrate(other.pool, folder)).rejects.toThrow(/tables that Mina did not make/)
    } finally {
      await other.close()
    }
  })

  test('two starts at once migrate once', async () => {
    limitTo(0)
    const empty = await testDatabase({ migrations: folder })
    limitTo(2)
    try {
      const results = await Promise.all([migrate(empty.pool, folder), migrate(empty.pool, folder)])
      expect(results.map(({ applied }) => applied).sort()).toEqual([0, 2])
    } finally {
      await empty.close()
    }
  })

  test('one that fails half-way leaves nothing of itself, and the repaired one goes through', async () => {
    limitTo(1)
    const older = await testDatabase({ migrations: folder })
    limitTo(2)
    const broken = join(folder, '0001_stars.sql')
    const good = readFileSync(broken, 'utf8')
    try {
      writeFileSync(broken, `${good}--> statement-breakpoint\nSELECT 1/0;`)
      const failed = await migrate(older.pool, folder).catch((error: unknown) => error)
      expect(failed).toBeInstanceOf(DatabaseStartError)
      expect((failed as Error).message).toMatch(/as it was before\. A step failed \(22012\)/)
      await expect(older.db.execute(sql`SELECT stars FROM notes`)).rejects.toThrow()
      writeFileSync(broken, good)
      expect(await migrate(older.pool, folder)).toEqual({ applied: 1 })
    } finally {
      await older.close()
    }
  })
})

describe('a database of one’s own that can not be used', () => {
  test('is named, with what to do and without the connection string', async () => {
    const missing = open(database.url.replace(/\/test_\w+/, '/missing_database'))
    await expect(missing).rejects.toThrow(/does not exist on that server/)
    const unreachable = await open('postgresql://someone:secret@127.0.0.1:1/x').catch((error: unknown) => error)
    expect(unreachable).toBeInstanceOf(DatabaseStartError)
    expect((unreachable as Error).message).toMatch(/can not be reached \(ECONNREFUSED\)/)
    expect((unreachable as Error).message).not.toContain('secret')
  })
})
