import { randomBytes, randomUUID } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ConfigError, type Fields, wrong } from './fields.ts'

const LEAST_SECRET = 32
const LEAST_DIFFERENT = 10
const SAMPLE = /change[-_ ]?me|example|placeholder|default|your[-_ ]/i

/** A secret that somebody chose. In production it must be one that nobody can guess. */
export function chosenSecret(read: Fields, name: string, production: boolean) {
  const value = read.optional(name)
  if (value === undefined || !production) return value
  const remedy = 'give at least 32 random characters, e.g. openssl rand -base64 48'
  if (value.length < LEAST_SECRET) throw wrong(name, value, `it is too short: ${remedy}`)
  if (SAMPLE.test(value) || new Set(value).size < LEAST_DIFFERENT)
    throw wrong(name, value, `everybody could guess it: ${remedy}`)
  return value
}

const reasons: Record<string, string> = {
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'it can only be read',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk is full',
  ENOTDIR: 'a file stands in its place',
  EEXIST: 'a file stands in its place',
}

const unlessThere = (draft: string, path: string) => {
  try {
    linkSync(draft, path)
  } catch (error) {
    // Another start was quicker: its secret is the one.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

/** Whole or not at all, and on disk before it is used: what it signed must be known after a crash too. */
function make(folder: string, path: string) {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const draft = `${path}.${randomUUID()}`
  try {
    writeFileSync(draft, randomBytes(48).toString('base64url'), { flag: 'wx', mode: 0o600, flush: true })
    unlessThere(draft, path)
  } finally {
    rmSync(draft, { force: true })
  }
}

const readIfThere = (path: string) => {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** A secret of this installation, made on the first start and kept in the data folder for its owner alone. */
export function keptSecret(dataDir: string, name: string): string {
  const folder = join(dataDir, 'secrets')
  const path = join(folder, name)
  let kept: string | undefined
  try {
    kept = readIfThere(path)
    if (kept === undefined) {
      make(folder, path)
      kept = readFileSync(path, 'utf8').trim()
    }
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    throw wrong('MINA_DATA_DIR', dataDir, `${reasons[code] ?? `the system says ${code}`}. Give a folder of Mina's own`)
  }
  if (kept.length < LEAST_SECRET)
    throw new ConfigError(
      `The secret in ${path} is damaged. Put it back from a backup; or delete the file, which signs everybody out.`,
    )
  return kept
}
