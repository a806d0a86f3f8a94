import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { Refusal } from '../../access/refusal.ts'
import type { Log } from '../../platform/log.ts'
import type { Outcome, Work } from './office-process.ts'

interface Pending {
  format: Work['format']
  resolve: (bytes: Uint8Array) => void
  reject: (error: Error) => void
  deadline: NodeJS.Timeout
}

interface OfficeOptions {
  log: Log
  /** A document that takes longer is given up, and the process with it. */
  deadlineMs?: number
  /** The process holds fonts and libraries: it ends when nobody wanted a document for so long. */
  idleMs?: number
  /** More than these waiting are told to come back. */
  mostWaiting?: number
  /** Grown beyond this by a large document, the process ends as soon as nobody waits. */
  mostIdleBytes?: number
}

export interface Office {
  make(work: Work): Promise<Uint8Array>
  close(): Promise<void>
}

const failed = (format: string) =>
  new Refusal('internal', `The ${format} file could not be made. Try a shorter text, or another format.`)
const tooSlow = (format: string) =>
  new Refusal('timeout', `Making the ${format} file took too long. Try a shorter text, or another format.`)
const closing = () => new Refusal('unavailable', 'The server is shutting down. Try again in a moment.')
const busy = () =>
  new Refusal('unavailable', 'Too many documents are being made at the moment. Try again in a few seconds.', {
    retryAfter: 5,
  })

const program = fileURLToPath(new URL('./office-process.ts', import.meta.url))

/** No environment and no output: nothing in a document needs the server's keys, nothing said may reach a terminal. */
const start = () =>
  fork(program, {
    env: {},
    execArgv: ['--max-old-space-size=1024'],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })

/**
 * Word, PDF and Excel files are made in one process beside the server, one after the other: a long PDF keeps a core
 * busy for seconds and takes memory that only the end of a process gives back.
 */
export const createOffice = ({
  log,
  deadlineMs = 120_000,
  idleMs = 60_000,
  mostWaiting = 32,
  mostIdleBytes = 400_000_000,
}: OfficeOptions): Office => {
  const pending = new Map<number, Pending>()
  let child: ChildProcess | undefined
  let idle: NodeJS.Timeout | undefined
  let count = 0
  let closed = false

  const end = () => {
    clearTimeout(idle)
    const ending = child
    child = undefined
    ending?.kill('SIGKILL')
    return ending
  }

  const take = (id: number) => {
    const it = pending.get(id)
    pending.delete(id)
    clearTimeout(it?.deadline)
    return it
  }

  const giveUp = (reason: (format: string) => Error) => {
    end()
    for (const id of [...pending.keys()]) {
      const it = take(id)
      it?.reject(reason(it.format))
    }
  }

  const rest = (memory: number) => {
    if (pending.size > 0) return
    if (memory > mostIdleBytes) return end()
    child?.unref()
    child?.channel?.unref()
    idle = setTimeout(end, idleMs).unref()
  }

  const hire = () => {
    const hired = start()
    hired.on('message', (outcome: Outcome) => {
      const it = take(outcome.id)
      if (it === undefined) return
      if ('bytes' in outcome) it.resolve(outcome.bytes)
      else {
        log.error({ format: it.format, reason: outcome.error }, 'document failed')
        it.reject(failed(it.format))
      }
      rest(outcome.memory)
    })
    const lost = (reason: string) => {
      if (child !== hired) return
      log.error({ reason, waiting: pending.size }, 'document process ended')
      giveUp(failed)
    }
    hired.on('error', (error: NodeJS.ErrnoException) => lost(error.code ?? error.name))
    hired.on('exit', (code, signal) => lost(signal ?? String(code)))
    return hired
  }

  return {
    make: (work) =>
      new Promise((resolve, reject) => {
        if (closed) return reject(closing())
        if (pending.size >= mostWaiting) return reject(busy())
        clearTimeout(idle)
        child ??= hire()
        child.ref()
        child.channel?.ref()
        const id = ++count
        const deadline = setTimeout(() => {
          log.error({ format: work.format, deadline_ms: deadlineMs }, 'document took too long')
          giveUp(tooSlow)
        }, deadlineMs)
        pending.set(id, { format: work.format, resolve, reject, deadline })
        child.send({ id, work }, (error) => {
          if (error) take(id)?.reject(failed(work.format))
        })
      }),
    async close() {
      closed = true
      const running = child
      running?.ref()
      const ended = running && new Promise((resolve) => running.once('exit', resolve))
      giveUp(closing)
      await ended
    },
  }
}
