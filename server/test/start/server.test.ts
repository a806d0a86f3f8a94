import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { freePort } from '../app.ts'
import { type TestDatabase, testDatabase } from '../database.ts'
import { until } from '../until.ts'

// Each test starts processes, on machines that may be busy with others.
const START_MS = 60_000
vi.setConfig({ testTimeout: 90_000 })

// The server as a process of its own, from the first line that it prints to its exit code.
const main = join(import.meta.dirname, '../../dist/main.js')

let dataDir: string
let database: TestDatabase
const children: ChildProcess[] = []
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'mina-server-'))
  database = await testDatabase()
})
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await database.close()
  rmSync(dataDir, { recursive: true, force: true })
})

function start(env: Record<string, string>) {
  const child = spawn(process.execPath, [main], {
    env: { PATH: process.env.PATH ?? '', MINA_DATA_DIR: dataDir, DATABASE_URL: database.url, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  const ended = Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)])
  return { child, ended: ended.then(([[code], out, err]) => ({ code, out, err })) }
}

const healthy = (port: number) => () =>
  fetch(`http://127.0.0.1:${port}/healthz`).then(
    (answer) => answer.ok,
    () => false,
  )

test('says where it is and how to administer it, and nothing else; a signal ends it well', async () => {
  const port = await freePort()
  const { child, ended } = start({ PORT: String(port), LOG_LEVEL: 'warn' })
  await until(healthy(port), 'a healthy server', START_MS)
  // At the very moment at which it answers for the first time, when the start is not quite over.
  child.kill('SIGTERM')
  const { code, out, err } = await ended
  expect(code).toBe(0)
  expect(out).toContain('Stopping: what runs is finished first.')
  expect(err).toBe('')
})

test('a signal that comes before it listens ends it as well', async () => {
  const connections = async () => {
    const { rowCount } = await database.pool.query('select from pg_stat_activity where datname = current_database()')
    return rowCount ?? 0
  }
  const ours = await connections()
  const { child, ended } = start({ PORT: String(await freePort()) })
  await until(async () => (await connections()) > ours, 'its first connection', START_MS)
  child.kill('SIGTERM')
  expect((await ended).code).toBe(0)
})

test('a port that is taken, and a wrong setting, end it with one line', async () => {
  const other: Server = createServer()
  const port = await freePort()
  await once(other.listen(port, '127.0.0.1'), 'listening')
  const taken = await start({ PORT: String(port), LOG_LEVEL: 'error' }).ended
  other.close()
  expect(taken).toEqual({
    ...{ code: 1, out: '' },
    err: 'Mina can not start. The port is taken by another program. Stop it, or set PORT to another number.\n',
  })
  const wrong = await start({ PORT: 'eighty' }).ended
  expect(wrong).toEqual({
    ...{ code: 1, out: '' },
    err: 'Mina can not start. PORT=eighty can not be used: give a number from 0 to 65535.\n',
  })
})
