import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Log } from '../../platform/log.ts'
import { Refusal } from '../../platform/refusal.ts'
import type { Outcome, Work } from './office-process.ts'

interface Order {
  work: Work
  resolve: (bytes: Uint8Array) => void
  reject: (error: Error) => void
}

interface OfficeOptions {
  log: Log
  /** A document that takes longer is given up, and the process with it. */
  deadlineMs?: number
  /** The process holds fonts and libraries: it ends when nobody wanted a document for so long. */
  idleMs?: number
  /** More than these waiting are told to come back. */
  mostWaiting?: number
  /** A document that needs more memory than this is given up. */
  mostBytes?: number
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
const tooLarge = (format: string) =>
  new Refusal('too_long', `This text needs more memory than a ${format} file may take. Send it in parts.`)
const closing = () => new Refusal('unavailable', 'The server is shutting down. Try again in a moment.')
const busy = () =>
  new Refusal('unavailable', 'Too many documents are being made at the moment. Try again in a few seconds.', {
    retryAfter: 5,
  })

const program = fileURLToPath(new URL('./office-process.ts', import.meta.url))

/** No environment and no output: nothing in a document needs the server's keys, nothing said may reach a terminal. */
const start = (mostBytes: number) =>
  fork(program, [String(mostBytes)], {
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
  mostBytes = 3_000_000_000,
  mostIdleBytes = 400_000_000,
}: OfficeOptions): Office => {
  const waiting: Order[] = []
  let current: { id: number; order: Order; deadline: NodeJS.Timeout } | undefined
  let child: ChildProcess | undefined
  let idle: NodeJS.Timeout | undefined
  let count = 0
  let closed = false

  const end = () => {
    clearTimeout(idle)
    const ending = child
    child = undefined
    ending?.kill('SIGKILL')
  }

  const rest = () => {
    child?.unref()
    child?.channel?.unref()
    idle = setTimeout(end, idleMs).unref()
  }

  /** Ends the current order; what waits behind it goes on, with a new process if this one was lost. */
  const settle = (answer: (order: Order) => void) => {
    const done = current
    if (done === undefined) return
    current = undefined
    clearTimeout(done.deadline)
    answer(done.order)
    next()
  }

  const lose = (reason: Refusal) => {
    end()
    settle(({ reject }) => reject(reason))
  }

  const hire = () => {
    const hired = start(mostBytes)
    hired.on('message', (outcome: Outcome) => {
      if (outcome.id !== current?.id) return
      if (outcome.memory > mostIdleBytes && waiting.length === 0) end()
      settle(({ work: { format }, resolve, reject }) => {
        if ('bytes' in outcome) return resolve(outcome.bytes)
        log.error({ format, reason: outcome.error }, 'document failed')
        reject(failed(format))
      })
    })
    const lost = (reason: string) => {
      if (child !== hired) return
      const format = current?.order.work.format ?? 'document'
      log.error({ reason, format }, 'document process ended')
      // Its own guard or the machine's killed it: both do so for want of memory.
      lose(reason === 'SIGKILL' ? tooLarge(format) : failed(format))
    }
    hired.on('error', (error: NodeJS.ErrnoException) => lost(error.code ?? error.name))
    hired.on('exit', (code, signal) => lost(signal ?? String(code)))
    return hired
  }

  const next = () => {
    if (current !== undefined) return
    const order = waiting.shift()
    if (order === undefined) return rest()
    clearTimeout(idle)
    child ??= hire()
    child.ref()
    child.channel?.ref()
    const { work } = order
    const deadline = setTimeout(() => {
      log.error({ format: work.format, deadline_ms: deadlineMs }, 'document took too long')
      lose(tooSlow(work.format))
    }, deadlineMs)
    current = { id: ++count, order, deadline }
    // A process that dies while it is spoken to reports it by its exit as well.
    child.send({ id: current.id, work }, () => undefined)
  }

  return {
    make: (work) =>
      new Promise((resolve, reject) => {
        if (closed) return reject(closing())
        if (waiting.length >= mostWaiting) return reject(busy())
        waiting.push({ work, resolve, reject })
        next()
      }),
    async close() {
      closed = true
      for (const { reject } of waiting.splice(0)) reject(closing())
      const running = child
      running?.ref()
      const ended = running && new Promise((resolve) => running.once('exit', resolve))
      lose(closing())
      await ended
    },
  }
}
