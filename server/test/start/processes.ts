import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { isAlive } from '../../src/platform/database/embedded-process.ts'

interface Said {
  ready?: boolean
  rows?: string
  row?: number
  error?: string
  unexpected?: string
  closed?: boolean
}

export interface Holder {
  pid: number
  /** The next thing said that fits, or what was said before. Fails when the process ends without it. */
  heard: (fits: (said: Said) => boolean) => Promise<Said>
  all: readonly Said[]
  signal: (signal: NodeJS.Signals) => void
  ended: Promise<number | null>
}

const script = join(import.meta.dirname, 'holder.ts')
const preload = join(import.meta.dirname, '../../../scripts/preload.mjs')

/** Starts a process that opens the database of the folder. `prefix` runs it as somebody else or somewhere else. */
export const startHolder = (folder: string, options: { writers?: number; prefix?: string[] } = {}): Holder => {
  const node = [process.execPath, '--import', preload, script]
  const [command, ...rest] = [...(options.prefix ?? []), ...node, folder, String(options.writers ?? 0)]
  const child: ChildProcess = spawn(command!, rest, { stdio: ['ignore', 'pipe', 'pipe'], cwd: '/' })
  const all: Said[] = []
  const waiting = new Set<() => void>()
  const wake = (): void => {
    for (const look of waiting) look()
  }
  createInterface({ input: child.stdout! }).on('line', (line) => {
    all.push(JSON.parse(line) as Said)
    wake()
  })
  let trouble = ''
  child.stderr!.on('data', (chunk: Buffer) => {
    trouble += chunk.toString()
  })
  const ended = once(child, 'close').then(([code]) => {
    wake()
    return code as number | null
  })
  return {
    pid: child.pid!,
    all,
    ended,
    signal: (signal) => child.kill(signal),
    heard: (fits) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = all.find(fits)
          if (!found && child.exitCode === null && child.signalCode === null) return
          waiting.delete(look)
          if (found) resolve(found)
          else reject(new Error(`The process ended: ${JSON.stringify(all.at(-1))} ${trouble.slice(0, 500)}`))
        }
        waiting.add(look)
        look()
      }),
  }
}

export const isReady = (said: Said): boolean => said.ready === true

export const leave = async (holder: Holder): Promise<void> => {
  holder.signal('SIGTERM')
  await holder.ended
}

export const temporaryFolder = (): string => realpathSync(mkdtempSync(join(tmpdir(), 'mina-start-')))

/** Whatever a failed test left behind is ended, then the folder goes. */
export const discard = (folder: string): void => {
  const pidFile = join(folder, 'postgres', 'postmaster.pid')
  const socket = existsSync(pidFile) ? postmasterOf(folder).socket : undefined
  if (socket) rmSync(socket, { recursive: true, force: true })
  for (const pid of processesIn(folder)) process.kill(pid, 'SIGKILL')
  rmSync(folder, { recursive: true, force: true })
}

/** Every process that works inside the folder: a postmaster and its children do. */
export const processesIn = (folder: string): number[] =>
  readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      try {
        return Number.isInteger(pid) && isAlive(pid) && readlinkSync(`/proc/${pid}/cwd`).startsWith(folder)
      } catch {
        return false
      }
    })

export const postmasterOf = (folder: string): { pid: number; socket: string | undefined } => {
  const lines = readFileSync(join(folder, 'postgres', 'postmaster.pid'), 'utf8').split('\n')
  return { pid: Number(lines[0]), socket: lines[4] }
}

/** Words that run a program as an ordinary user: none where we are one. */
export const asOrdinaryUser = (): string[] => {
  if (process.getuid?.() !== 0) return []
  const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']
  const reaches = (prefix: string[]): boolean =>
    spawnSync(prefix[0]!, [...prefix.slice(1), process.execPath, '--check', script], { stdio: 'ignore' }).status === 0
  // A checkout in /root can be read by nobody but root: there a made-up user of a namespace has to do.
  return reaches(nobody) ? nobody : ['unshare', '--user', '--map-user=1000', '--map-group=1000']
}

/** Runs a program where the folder is a disk of a few megabytes, visible to it alone. Empty: not permitted here. */
export const onSmallDisk = (where: string, size: string): string[] => {
  const mount = `mount -t tmpfs -o size=${size} tmpfs "$0" && exec "$@"`
  const words = ['unshare', '--user', '--map-root-user', '--mount', 'sh', '-c', mount, where]
  return spawnSync(words[0]!, [...words.slice(1), 'true'], { stdio: 'ignore' }).status === 0 ? words : []
}
