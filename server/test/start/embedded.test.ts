import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { chooseAccount } from '../../src/platform/database/embedded-account.ts'
import { findBinaries } from '../../src/platform/database/embedded-binaries.ts'
import { startPostmaster } from '../../src/platform/database/embedded-postmaster.ts'
import { isAlive } from '../../src/platform/database/embedded-process.ts'
import { explainFailure } from '../../src/platform/database/embedded-programs.ts'
import {
  asOrdinaryUser,
  discard,
  isReady,
  leave,
  onSmallDisk,
  postmasterOf,
  processesIn,
  startHolder,
  temporaryFolder,
} from './processes.ts'

// Each test starts several processes, on machines that may be busy with others.
vi.setConfig({ testTimeout: 90_000 })

let folder: string
let prepared: string

beforeAll(async () => {
  prepared = temporaryFolder()
  const holder = startHolder(prepared, { writers: 1 })
  await holder.heard((said) => said.row !== undefined)
  await leave(holder)
})
afterAll(() => discard(prepared))
beforeEach(() => {
  folder = temporaryFolder()
})
afterEach(() => discard(folder))

/** A folder that was used and left: a copy, which is quicker than another start. */
const prepare = (where = folder): void => {
  cpSync(prepared, where, { recursive: true })
}

test('a fresh folder gets a database, which stops with its last user and leaves nothing', async () => {
  const holder = startHolder(folder, { writers: 1 })
  await holder.heard((said) => said.row !== undefined)
  const { socket } = postmasterOf(folder)
  await leave(holder)
  expect(await holder.ended).toBe(0)
  expect(processesIn(folder)).toEqual([])
  expect(socket).toContain('mina-')
  expect(existsSync(socket!)).toBe(false)
  expect(readdirSync(folder).sort()).toEqual(['postgres', 'postgres-users', 'postgres.lock', 'postgres.log'])
  expect(readdirSync(join(folder, 'postgres-users'))).toEqual([])
})

test('a warm start finds what was written', async () => {
  prepare()
  const again = startHolder(folder)
  expect((await again.heard(isReady)).rows).toMatch(/^1(,\d+)*$/)
  await leave(again)
})

test('after SIGKILL of the server the next one adopts the running database and stops it in the end', async () => {
  const killed = startHolder(folder)
  await killed.heard(isReady)
  killed.signal('SIGKILL')
  await killed.ended
  const { pid } = postmasterOf(folder)
  expect(isAlive(pid)).toBe(true)

  const next = startHolder(folder)
  await next.heard(isReady)
  expect(postmasterOf(folder).pid).toBe(pid)
  await leave(next)
  expect(processesIn(folder)).toEqual([])
})

test('after SIGKILL of the postmaster the server brings it back by itself', async () => {
  const holder = startHolder(folder, { writers: 2 })
  const first = await holder.heard((said) => said.row !== undefined)
  const { pid } = postmasterOf(folder)
  process.kill(pid, 'SIGKILL')
  const before = holder.all.length
  await holder.heard(
    (said) => said.row !== undefined && holder.all.indexOf(said) > before + 20 && said.row > first.row!,
  )
  expect(postmasterOf(folder).pid).not.toBe(pid)
  await leave(holder)
  expect(holder.all.filter(({ unexpected }) => unexpected)).toEqual([])
  expect(processesIn(folder)).toEqual([])
})

test('after SIGKILL of both the next start recovers', async () => {
  const holder = startHolder(folder, { writers: 2 })
  await holder.heard((said) => said.row !== undefined)
  holder.signal('SIGKILL')
  process.kill(postmasterOf(folder).pid, 'SIGKILL')
  await holder.ended
  const acknowledged = holder.all.flatMap(({ row }) => row ?? [])

  const next = startHolder(folder)
  const kept = (await next.heard(isReady)).rows!.split(',').map(Number)
  expect(kept).toEqual(expect.arrayContaining(acknowledged))
  await leave(next)
})

test('of two starts at once on a fresh folder one makes the database and both use it until the last leaves', async () => {
  const [one, other] = [startHolder(folder), startHolder(folder)]
  await Promise.all([one.heard(isReady), other.heard(isReady)])
  const { pid } = postmasterOf(folder)
  await leave(one)
  expect(isAlive(pid)).toBe(true)
  const joined = startHolder(folder, { writers: 1 })
  await joined.heard((said) => said.row !== undefined)
  await leave(other)
  expect(postmasterOf(folder).pid).toBe(pid)
  await leave(joined)
  expect(processesIn(folder)).toEqual([])
})

test('processes that come and go at the same moment never lose the database', async () => {
  prepare()
  const visits = Array.from({ length: 6 }, async () => {
    const holder = startHolder(folder, { writers: 1 })
    await holder.heard((said) => said.row !== undefined)
    await leave(holder)
    return holder.all.filter(({ error, unexpected }) => error ?? unexpected)
  })
  expect((await Promise.all(visits)).flat()).toEqual([])
  expect(processesIn(folder)).toEqual([])
})

test('a data folder with spaces, quotes and a very long path', async () => {
  const deep = join(folder, "it's a “data” folder", ...Array.from({ length: 4 }, (_, n) => `${n} `.repeat(90).trim()))
  expect(deep.length).toBeGreaterThan(700)
  const holder = startHolder(deep, { writers: 1 })
  await holder.heard((said) => said.row !== undefined)
  await leave(holder)
  expect(existsSync(join(deep, 'postgres', 'postmaster.pid'))).toBe(false)
})

test('an ordinary user, and root afterwards on the same folder', async () => {
  const mine = join(folder, 'data')
  mkdirSync(mine)
  const prefix = asOrdinaryUser()
  if (prefix[0] === 'setpriv') for (const path of [folder, mine]) chownSync(path, 65534, 65534)
  const holder = startHolder(mine, { writers: 1, prefix })
  await holder.heard((said) => said.row !== undefined)
  await leave(holder)
  const again = startHolder(mine)
  expect((await again.heard(isReady)).rows).toContain('1')
  await leave(again)
  expect(processesIn(folder)).toEqual([])
})

test('root where no user namespace can be made runs it as nobody, and finds it again where one can', async () => {
  const withoutNamespaces = join(import.meta.dirname, 'without-namespaces.sh')
  if (process.getuid?.() !== 0) {
    expect(chooseAccount(folder)).toEqual({ prefix: [] })
    return
  }
  chmodSync(folder, 0o755)
  const denied = startHolder(folder, { writers: 1, prefix: ['bash', withoutNamespaces] })
  await denied.heard((said) => said.row !== undefined)
  expect(statSync(join(folder, 'postgres')).uid).toBe(65534)
  await leave(denied)
  expect(processesIn(folder)).toEqual([])
  const again = startHolder(folder)
  expect((await again.heard(isReady)).rows).toContain('1')
  await leave(again)
})

test('a number in postmaster.pid that belongs to a stranger by now does not hinder the start', async () => {
  const killed = startHolder(folder)
  await killed.heard(isReady)
  killed.signal('SIGKILL')
  process.kill(postmasterOf(folder).pid, 'SIGKILL')
  await killed.ended
  const stranger = spawn('sleep', ['60'])
  const path = join(folder, 'postgres', 'postmaster.pid')
  writeFileSync(path, readFileSync(path, 'utf8').replace(/^\d+/, String(stranger.pid)))

  const next = startHolder(folder)
  await next.heard(isReady)
  expect(isAlive(stranger.pid!)).toBe(true)
  stranger.kill()
  await leave(next)
})

test('an empty postmaster.pid, left by a kill at its very making, does not hinder the start', async () => {
  prepare()
  writeFileSync(join(folder, 'postgres', 'postmaster.pid'), '')
  const next = startHolder(folder)
  await next.heard(isReady)
  await leave(next)
})

/** Except the file in which PostgreSQL notes its own number, which a crash leaves behind. */
const files = (where: string): string[] =>
  readdirSync(where, { recursive: true, encoding: 'utf8' })
    .filter((name) => name !== 'postmaster.pid')
    .sort()

test.each([
  ['its control file is gone', (cluster: string) => rmSync(join(cluster, 'global', 'pg_control'))],
  ['its control file is garbage', (cluster: string) => writeFileSync(join(cluster, 'global', 'pg_control'), 'x')],
  ['its log of changes is gone', (cluster: string) => rmSync(join(cluster, 'pg_wal'), { recursive: true })],
  ['its version is gone', (cluster: string) => rmSync(join(cluster, 'PG_VERSION'))],
])('a damaged cluster (%s) stops the start with one line, and nothing is deleted', async (_, damage) => {
  prepare()
  const cluster = join(folder, 'postgres')
  damage(cluster)
  const before = files(cluster)
  const holder = startHolder(folder)
  expect(await holder.ended).toBe(1)
  const message = holder.all[0]?.error ?? ''
  expect(message).toContain('Nothing was changed')
  expect(message).not.toContain('\n')
  expect(files(cluster)).toEqual(before)
  expect(processesIn(folder)).toEqual([])
})

test('a cluster of another version is named as such', async () => {
  prepare()
  writeFileSync(join(folder, 'postgres', 'PG_VERSION'), '15\n')
  const holder = startHolder(folder)
  await holder.ended
  expect(holder.all[0]?.error).toContain('another version of PostgreSQL')
})

test('a copy of the stopped folder is a backup: what is put back is what was there', async () => {
  const place = join(folder, 'data')
  prepare(place)
  cpSync(place, join(folder, 'backup'), { recursive: true })
  const changed = startHolder(place, { writers: 1 })
  const { rows } = await changed.heard(isReady)
  await changed.heard((said) => said.row !== undefined)
  await leave(changed)
  rmSync(join(place, 'postgres', 'global'), { recursive: true })

  rmSync(place, { recursive: true })
  cpSync(join(folder, 'backup'), place, { recursive: true })
  const restored = startHolder(place)
  expect((await restored.heard(isReady)).rows).toBe(rows)
  await leave(restored)
})

test('a full disk stops the start with one line that says so', async () => {
  const prefix = onSmallDisk(folder, '12m')
  if (prefix.length === 0) {
    expect(explainFailure('could not write file "base/1": No space left on device')).toContain('disk')
    return
  }
  const holder = startHolder(folder, { prefix })
  await holder.ended
  expect(holder.all[0]?.error).toMatch(/^The disk of the data folder is full[^\n]*$/)
})

test('a data folder whose database another container holds is refused', async () => {
  prepare()
  const lock = join(folder, 'postgres.lock')
  const other = spawn('flock', ['--no-fork', lock, 'sh', '-c', 'echo held; exec sleep 60'])
  await once(other.stdout, 'data')
  const outcome = await startPostmaster({
    cluster: join(folder, 'postgres'),
    socket: folder,
    account: chooseAccount(join(folder, 'postgres')),
    binaries: findBinaries(),
    settings: {},
    untilReady: (signal) => once(signal, 'abort').then(() => {}),
  })
  other.kill()
  expect(outcome).toEqual({ kind: 'busy' })
  expect(existsSync(join(folder, 'postgres', 'postmaster.pid'))).toBe(false)
})
