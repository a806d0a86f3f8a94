import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'

// The command itself, as a process of its own, on a database of its own.
let database: TestDatabase
let folder: string
beforeAll(async () => {
  database = await testDatabase()
  folder = await mkdtemp(join(tmpdir(), 'mina-accounts-'))
})
afterAll(async () => {
  await database.close()
  await rm(folder, { recursive: true, force: true })
})

const root = join(import.meta.dirname, '..', '..', '..', '..')
const mina = (...args: string[]) =>
  new Promise<{ code: number; stdout: string; stderr: string }>((done) => {
    const command = ['--import', join(root, 'scripts/preload.mjs'), join(import.meta.dirname, 'main.ts'), ...args]
    const env = { ...process.env, MINA_DATA_DIR: folder, DATABASE_URL: database.url }
    const child = execFile(process.execPath, command, { env }, (_, stdout, stderr) =>
      done({ code: child.exitCode ?? -1, stdout, stderr }),
    )
  })

test('an account, a key and its end; the result alone goes to standard output', async () => {
  const made = await mina('user', 'create', ' Anna@Example.org ')
  expect(made).toEqual({ code: 0, stdout: expect.stringMatching(/^\S{20,}\n$/), stderr: '' })
  const { rows } = await database.pool.query('select email, role, email_verified from users')
  expect(rows).toEqual([{ email: 'anna@example.org', role: 'user', email_verified: true }])
  expect(await mina('user', 'create', 'anna@example.org')).toMatchObject({ code: 1, stdout: '' })

  const key = await mina('key', 'create', 'anna@example.org')
  expect(key).toEqual({ code: 0, stdout: expect.stringMatching(/^usr_\S+\n$/), stderr: '' })
  const { rows: keys } = await database.pool.query('select id from api_keys')
  expect(await mina('key', 'revoke', keys[0].id)).toMatchObject({ code: 0 })
}, 60_000)

test('what is no address is wrong usage, and makes nothing', async () => {
  for (const args of [
    ['user', 'create'],
    ['user', 'invite'],
    ['key', 'create'],
  ])
    expect(await mina(...args, 'notanaddress')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'notanaddress is not an email address.\n',
    })
  const { rows } = await database.pool.query("select 1 from users where email = 'notanaddress'")
  expect(rows).toEqual([])
}, 60_000)

test('who has no account is told how to get one', async () => {
  const refused = await mina('key', 'create', 'nobody@example.org')
  expect(refused).toMatchObject({ code: 1, stdout: '' })
  expect(refused.stderr).toContain('mina user create nobody@example.org')
}, 60_000)
