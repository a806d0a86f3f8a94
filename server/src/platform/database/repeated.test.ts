import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'
import { prepared } from './prepared.ts'
import { statementNames } from './repeated.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await testDatabase({ poolSize: 1 })
})
afterAll(() => database.close())

const add = async (it: number) => {
  const { rows } = await database.db.execute(sql`SELECT ${it}::int + 1 AS sum`)
  return rows[0]?.sum
}
const kept = async () => {
  const { rows } = await database.db.execute(
    sql`SELECT count(*)::int AS n FROM pg_prepared_statements WHERE statement LIKE '%::int + 1%'`,
  )
  return rows[0]?.n
}

test('what is asked again and again is planned once, and answers as before', async () => {
  expect(await add(1)).toBe(2)
  expect(await kept()).toBe(0)
  for (let it = 2; it < 12; it += 1) expect(await add(it)).toBe(it + 1)
  expect(await kept()).toBe(1)
})

test('a page of many rows is planned once: its limit is part of the statement', async () => {
  await database.db.execute(
    sql`CREATE TEMP TABLE things AS SELECT n, n % 7 AS kind FROM generate_series(1, 50_000) AS g(n)`,
  )
  await database.db.execute(sql`CREATE INDEX ON things (kind, n)`)
  await database.db.execute(sql`ANALYZE things`)
  const { placeholder } = sql
  const page = prepared(
    'things',
    sql`SELECT n FROM things WHERE kind = ${placeholder('kind')} ORDER BY n limit ${placeholder('rows')}`,
  )
  for (let it = 0; it < 16; it += 1) expect(await page(database.db, { kind: it % 7, rows: 3 })).toHaveLength(3)
  const { rows } = await database.db.execute(
    sql`SELECT name, statement, generic_plans > custom_plans AS once FROM pg_prepared_statements WHERE name LIKE 'things%'`,
  )
  const statement = 'SELECT n FROM things WHERE kind = $1 ORDER BY n limit 3'
  expect(rows).toEqual([{ name: 'things_3', statement, once: true }])
})

test('limits that callers choose take no names from others', async () => {
  const numbers = (rows: number) =>
    database.db.execute(sql`SELECT n FROM generate_series(${1}::int, 40) AS g(n) limit ${rows}`)
  for (let rows = 1; rows <= 40; rows += 1)
    for (let again = 0; again < 2; again += 1) expect((await numbers(rows)).rows).toHaveLength(rows)
  const { rows } = await database.db.execute(
    sql`SELECT statement FROM pg_prepared_statements WHERE statement LIKE '%, 40) AS g(n) limit%'`,
  )
  expect(rows).toEqual([{ statement: 'SELECT n FROM generate_series($1::int, 40) AS g(n) limit $2' }])
})

test('a statement that fails leaves its connection usable', async () => {
  const divide = (by: number) => database.db.execute(sql`SELECT 10 / ${by}::int AS share`)
  for (let it = 1; it < 8; it += 1) await divide(it)
  await expect(divide(0)).rejects.toThrow()
  expect((await divide(5)).rows).toEqual([{ share: 2 }])
})

test('a text of every length never fills the names', () => {
  const nameOf = statementNames()
  for (let it = 0; it < 10_000; it += 1) expect(nameOf(`select ${it}`)).toBeUndefined()
  const names = new Set<string | undefined>()
  for (let text = 0; text < 1_000; text += 1)
    for (let again = 0; again < 5; again += 1) names.add(nameOf(`hot ${text}`))
  names.delete(undefined)
  expect(names.size).toBe(200)
})
