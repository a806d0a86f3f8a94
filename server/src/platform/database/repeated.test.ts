import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'
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
