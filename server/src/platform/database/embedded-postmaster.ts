import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import type { Account } from './embedded-account.ts'
import type { Binaries } from './embedded-binaries.ts'
import { isAlive, isWorkedIn, workingFolder } from './embedded-process.ts'
import { ended, spawnAs } from './embedded-programs.ts'
import { settingArguments } from './embedded-settings.ts'

export interface Postmaster {
  pid: number
  /** Folder of its socket. */
  socket: string
  /** Told to stop: it takes no new connections, and may wait for the old ones for ever. */
  stopping: boolean
}

const pidFile = (cluster: string): string => join(cluster, 'postmaster.pid')

/** The postmaster that serves this cluster now, or still does while it stops. */
export const findPostmaster = (cluster: string): Postmaster | undefined => {
  const lines = readPidFile(cluster)?.split('\n')
  const pid = Number(lines?.[0])
  const socket = lines?.[4]
  if (!Number.isInteger(pid) || pid <= 0 || !socket || !isOurs(pid, cluster)) return undefined
  return { pid, socket, stopping: lines?.[7]?.trim() === 'stopping' }
}

const readPidFile = (cluster: string): string | undefined => {
  try {
    return readFileSync(pidFile(cluster), 'utf8')
  } catch {
    return undefined
  }
}

/** Numbers of processes are used again: alive is not enough, it must work in this folder. */
const isOurs = (pid: number, cluster: string): boolean => isAlive(pid) && (workingFolder(pid) ?? cluster) === cluster

/**
 * After a crash the number in the file may belong to a stranger by now (in containers it often does), and PostgreSQL
 * would refuse to start for ever. It ignores its parent's number, so ours is put there; the rest of the file stays,
 * because from it PostgreSQL knows whether processes of the dead postmaster still live.
 */
const disownStaleFile = (cluster: string): void => {
  const text = readPidFile(cluster)
  const pid = Number(text?.split('\n')[0])
  if (text === '') removeEmptyFile(cluster)
  if (!text || !Number.isInteger(pid) || pid === process.pid || isOurs(pid, cluster)) return
  if (isAlive(pid) || existsSync(`/proc/${pid}`))
    writeFileSync(pidFile(cluster), text.replace(/^-?\d+/, String(process.pid)))
}

/** Empty for a moment while a postmaster starts, which works in the folder by then; for ever if it was killed just so. */
const removeEmptyFile = (cluster: string): void => {
  const seen = statSync(pidFile(cluster), { throwIfNoEntry: false })
  if (seen?.size === 0 && Date.now() - seen.mtimeMs > 1000 && !isWorkedIn(cluster))
    rmSync(pidFile(cluster), { force: true })
}

/** A folder that was copied back from a backup often has the copy's wider permissions, which PostgreSQL refuses. */
const makePrivate = (cluster: string): void => {
  const mode = statSync(cluster).mode & 0o777
  if ((mode & 0o027) === 0) return
  try {
    chmodSync(cluster, 0o700)
  } catch {
    // Not ours to change: PostgreSQL says what is wrong with it.
  }
}

export type StartOutcome = { kind: 'ready' } | { kind: 'busy' } | { kind: 'failed'; text: string }

interface StartOptions {
  cluster: string
  /** Folder of the socket. */
  socket: string
  account: Account
  binaries: Binaries
  settings: Readonly<Record<string, string>>
  /** Resolves as soon as the new postmaster answers; told to give up when it ended. */
  untilReady: (signal: AbortSignal) => Promise<void>
}

/** Starts a postmaster, which outlives this process. Another one of the same cluster makes it `busy`. */
export const startPostmaster = async (options: StartOptions): Promise<StartOutcome> => {
  const { cluster, socket, account, binaries, settings } = options
  disownStaleFile(cluster)
  makePrivate(cluster)
  const log = openLog(join(dirname(cluster), 'postgres.log'))
  const began = fstatSync(log).size
  try {
    const args = ['-D', cluster, '-k', socket, ...settingArguments(settings)]
    const guarded = { ...account, prefix: [...guard(cluster), ...account.prefix] }
    const child = spawnAs(guarded, binaries.postgres, args, log)
    child.unref()
    const over = new AbortController()
    const end = ended(child).then(() => over.abort())
    end.catch(() => {})
    await Promise.race([end, options.untilReady(over.signal)])
    if (child.exitCode === null && child.signalCode === null) return { kind: 'ready' }
    const text = readFrom(log, began)
    return child.exitCode === heldElsewhere || isBusy(text, child.pid ?? 0)
      ? { kind: 'busy' }
      : { kind: 'failed', text }
  } finally {
    closeSync(log)
  }
}

/** Said by our own process (others write to the same log): a postmaster, or what is left of one, has the cluster. */
const isBusy = (text: string, pid: number): boolean =>
  text
    .split('\n')
    .filter((line) => line.includes(`[${pid}]`))
    // The last: whoever stopped the database took away the folder of the socket that we were about to use.
    .some((line) =>
      /lock file ".*" (?:already exists|is empty)|is still in use|lock file ".*\.lock": No such file/.test(line),
    )

const heldElsewhere = 75

/**
 * PostgreSQL's own lock knows the processes of this machine only. Two containers that share a data folder do not see
 * each other's, so the postmaster and its children also hold a lock of the file system. Not everywhere is there one.
 */
const guard = (cluster: string): string[] => {
  const lock = join(dirname(cluster), 'postgres.lock')
  const words = ['flock', '--nonblock', '--no-fork', '--conflict-exit-code', String(heldElsewhere), lock]
  closeSync(openSync(lock, 'a', 0o644))
  const { status } = spawnSync('flock', [...words.slice(1), 'true'], { stdio: 'ignore' })
  return status === 0 || status === heldElsewhere ? words : []
}

const largestLog = 5_000_000

const openLog = (path: string): number => {
  if (existsSync(path) && statSync(path).size > largestLog) renameSync(path, `${path}.old`)
  return openSync(path, 'a+', 0o600)
}

const readFrom = (file: number, start: number): string => {
  const buffer = Buffer.alloc(Math.min(Math.max(fstatSync(file).size - start, 0), 65_536))
  return buffer.toString('utf8', 0, readSync(file, buffer, 0, buffer.length, start))
}
