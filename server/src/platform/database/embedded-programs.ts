import { type ChildProcess, spawn } from 'node:child_process'
import type { Account } from './embedded-account.ts'
import { explainLoader } from './embedded-binaries.ts'
import { DatabaseStartError } from './errors.ts'

/** Nothing of our environment: neither PG* variables, which would change what runs, nor secrets. */
const environment = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', TZ: 'UTC' }

/** Starts one of PostgreSQL's programs in a session of its own, so that Ctrl-C in a terminal is ours alone to handle. */
export const spawnAs = (
  account: Account,
  program: string,
  args: readonly string[],
  output: 'pipe' | number,
): ChildProcess => {
  const [command, ...rest] = [...account.prefix, program, ...args] as [string, ...string[]]
  return spawn(command, rest, {
    cwd: '/',
    env: environment,
    detached: true,
    stdio: ['ignore', output, output],
    uid: account.uid,
    gid: account.gid,
  })
}

export const ended = (child: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    child.once('error', (cause) => {
      reject(new DatabaseStartError(explainFailure(cause.message), { cause }))
    })
    child.once('exit', () => resolve())
  })

/** PostgreSQL's own last words, shortened to their reason. */
const reasonOf = (text: string): string => {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const grave = lines.find((line) => /\b(FATAL|PANIC):/.test(line)) ?? lines.find((line) => /error:/i.test(line))
  return (grave ?? lines.at(-1) ?? 'it ended without a word').replace(/^.*?(FATAL|PANIC|error):\s*/i, '').trim()
}

/** One line for the person at the terminal. `otherwise` completes it where nothing better is known. */
export const explainFailure = (
  text: string,
  otherwise = 'Set DATABASE_URL to a PostgreSQL server instead.',
): string => {
  if (/No space left on device|Disk quota exceeded/i.test(text))
    return 'The disk of the data folder is full, so the database can not start. Free some space and start again.'
  const loader = explainLoader(text)
  if (loader) return loader
  if (/database files are incompatible with server/i.test(text))
    return 'The database in the data folder was made by another version of PostgreSQL. Start it with the version of Mina that made it.'
  return `The built-in database can not start: ${reasonOf(text)}. ${otherwise}`
}
