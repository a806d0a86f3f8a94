import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { chooseAccount } from './embedded-account.ts'
import { findBinaries } from './embedded-binaries.ts'
import { isAlive, startOf } from './embedded-process.ts'
import { explainFailure } from './embedded-programs.ts'
import { socketFolder } from './embedded-socket.ts'
import { enterUsers } from './embedded-users.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mina-parts-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('the last user is told so, and files of dead processes do not count', () => {
  const one = enterUsers(folder)
  const other = enterUsers(folder)
  // A number that is in use, but by a process that started at another time.
  writeFileSync(join(folder, `${process.pid}-1-cafe`), '')
  writeFileSync(join(folder, '4194303-77-cafe'), '')
  expect(one.leave()).toBe(false)
  expect(other.leave()).toBe(true)
  expect(readdirSync(folder)).toEqual([])
})

test('a process is told from a later one of the same number', () => {
  expect(isAlive(process.pid)).toBe(true)
  expect(startOf(process.pid)).toMatch(/^\d+$/)
  expect(isAlive(4_194_303)).toBe(false)
})

test('a system without prebuilt programs is told to use a database of its own', () => {
  expect(() => findBinaries('sunos', 'sparc')).toThrow(/sunos-sparc.*DATABASE_URL/)
})

test.each([
  ['could not write to file "x": No space left on device', /^The disk of the data folder is full/],
  ['postgres: error while loading shared libraries: libpq.so.5: cannot open', /misses libpq\.so\.5.*ensure\.mjs/],
  ['spawn /x/postgres ENOENT', /glibc.*DATABASE_URL/],
  ['2026 [7] LOG:  one\n2026 [7] FATAL:  could not do it\n2026 [7] LOG:  two', /can not start: could not do it\./],
  ['', /can not start: it ended without a word/],
])('what PostgreSQL says becomes one line with a remedy: %s', (text, line) => {
  expect(explainFailure(text)).toMatch(line)
  expect(explainFailure(text)).not.toContain('\n')
})

test('the folder of the socket is short, private and the same each time', () => {
  const cluster = join(folder, 'x'.repeat(200), 'postgres')
  const made = socketFolder(cluster, { prefix: [] })
  expect(join(made, '.s.PGSQL.5432.lock').length).toBeLessThan(107)
  expect(statSync(made).mode & 0o777).toBe(0o700)
  chmodSync(made, 0o755)
  expect(socketFolder(cluster, { prefix: [] })).toBe(made)
  expect(statSync(made).mode & 0o777).toBe(0o700)
  rmSync(made, { recursive: true })
})

test('a link that somebody laid in its place is not followed', () => {
  const cluster = join(folder, 'postgres')
  const made = socketFolder(cluster, { prefix: [] })
  rmSync(made, { recursive: true })
  mkdirSync(join(folder, 'trap'))
  symlinkSync(join(folder, 'trap'), made)
  const other = socketFolder(cluster, { prefix: [] })
  expect(other).not.toBe(made)
  expect(dirname(other)).toBe(dirname(made))
  rmSync(made)
  rmSync(other, { recursive: true })
})

test('PostgreSQL is never run as root', () => {
  const cluster = join(folder, 'postgres')
  const denied = chooseAccount(cluster, () => false)
  const allowed = chooseAccount(cluster, () => true)
  if (process.getuid?.() === 0) {
    expect(denied.uid).toBe(65534)
    expect(allowed.prefix[0]).toBe('unshare')
  } else expect([denied, allowed]).toEqual([{ prefix: [] }, { prefix: [] }])
})
