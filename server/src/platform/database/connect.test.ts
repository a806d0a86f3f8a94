import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'

const migrations = join(import.meta.dirname, '../../../test/start/migrations')
let database: TestDatabase

beforeAll(async () => {
  database = await testDatabase({ migrations })
})
afterAll(() => database.close())

test('a test database is migrated and empty', async () => {
  const { rows } = await database.db.execute(sql`SELECT count(*)::int AS n, max(stars) AS stars FROM notes`)
  expect(rows).toEqual([{ n: 0, stars: null }])
})
