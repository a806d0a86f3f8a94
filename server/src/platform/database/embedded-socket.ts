import { createHash } from 'node:crypto'
import { accessSync, chmodSync, chownSync, constants, lstatSync, mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Account } from './embedded-account.ts'

/** A socket's path is limited to 107 bytes, so it can not stand in the data folder. This leaves room for its name. */
const longest = 85

/** The first folder for temporary files that is short enough and writable. */
const base = (): string =>
  ['/tmp', tmpdir(), '/dev/shm', '/run', '/var/tmp'].find((folder) => {
    try {
      accessSync(folder, constants.W_OK | constants.X_OK)
      return folder.length + 20 < longest
    } catch {
      return false
    }
  }) ?? '/tmp'

/**
 * The private folder of the socket: always the same one for a data folder, so that a restart finds its connections
 * again. Whoever can enter it is the database's owner; so a folder that somebody else made in our name is not used.
 */
export const socketFolder = (cluster: string, account: Account): string => {
  const uid = account.uid ?? process.getuid?.() ?? 0
  const name = createHash('sha256').update(`${uid} ${cluster}`).digest('hex').slice(0, 12)
  const folder = join(base(), `mina-${name}`)
  try {
    mkdirSync(folder, { mode: 0o700 })
    if (account.uid !== undefined) chownSync(folder, account.uid, account.gid ?? account.uid)
    return folder
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  const seen = lstatSync(folder)
  const ours = seen.isDirectory() && (seen.uid === uid || seen.uid === process.getuid?.())
  if (!ours) return mkdtempSync(join(base(), 'mina-'))
  chmodSync(folder, 0o700)
  return folder
}
