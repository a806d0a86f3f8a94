import type { UnderstandingEvent } from '@mina/contract'
import type { Log } from '../../platform/log.ts'
import { Hopeless, type JobContext } from '../../platform/queue/job.ts'
import { Refusal } from '../../platform/refusal.ts'
import { TranslationError } from '../../translation/errors.ts'
import type { Open, Opened } from '../conversations/index.ts'
import type { Publish } from './ports.ts'
import type { WorkRows, WorkStatus } from './work-rows.ts'

const PROGRESS_EVERY_MS = 1_000
const INTERRUPTED = 'This was interrupted. Start it again; what is done already is kept.'
const UNKNOWN = 'Something went wrong here. Try again; if it stays so, the log of the server says more.'

/** Tells the process that is at work on a row, whichever it is, that nobody wants it any more. */
export interface Signals {
  cancel(id: string): Promise<void>
  onCancelled(id: string, stop: () => void): () => void
}

/** The job says for whom it works; the conversation says whose it is. They have to agree, still. */
export async function openForWork(open: Open, userId: string, conversationId: string): Promise<Opened<'write'>> {
  try {
    return await open({ userId }, conversationId, 'write')
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    throw new Hopeless("The conversation of this job is gone, or is not this user's.")
  }
}

/** Tells the pages of a user how this work goes. */
export const announcing =
  (publish: Publish, userId: string, work: Omit<UnderstandingEvent, 'status' | 'progress'>) =>
  (status: WorkStatus, progress: number): Promise<void> =>
    publish(userId, work.kind, { ...work, status, progress })

/** These conversations were deleted: nobody waits for what is being made of them. */
export async function abandon(rows: WorkRows, signals: Signals, conversationIds: string[]) {
  for (const id of await rows.abandon(conversationIds, 'The conversation was deleted meanwhile.'))
    await signals.cancel(id)
}

interface Work {
  id: string
  rows: WorkRows
  context: JobContext
  signals: Signals
  log: Log
  announce: (status: WorkStatus, progress: number) => Promise<void>
}

export interface Course {
  signal: AbortSignal
  /** 0 to 1; as often as it comes, written once a second. */
  progress: (done: number) => void
  /** Breaks off without a failure: what the work was for has gone. */
  gone: () => never
}

class Gone extends Error {}

/** Carries out the work behind a row: progress, cancellation, failures that can be read, and nothing left running. */
export async function carryOut(
  { id, rows, context, signals, log, announce }: Work,
  run: (course: Course) => Promise<void>,
): Promise<void> {
  if (!(await rows.begin(id))) return
  await announce('running', 0)
  const cancelled = new AbortController()
  const stopListening = signals.onCancelled(id, () => cancelled.abort(new Gone()))
  const signal = AbortSignal.any([context.signal, cancelled.signal])

  let writing = Promise.resolve()
  let lastWrite = 0
  let lastDone = 0
  const progress = (done: number) => {
    const rounded = Math.min(1, Math.round(done * 1_000) / 1_000)
    const now = performance.now()
    if (rounded <= lastDone || now - lastWrite < PROGRESS_EVERY_MS) return
    lastDone = rounded
    lastWrite = now
    writing = writing
      .then(async () => {
        if (await rows.progress(id, rounded)) await announce('running', rounded)
        else cancelled.abort(new Gone())
      })
      // Progress that can not be written is no reason to fail: the result will tell.
      .catch((error: Error) => log.warn({ work: id, error: error.name }, 'progress was not written'))
  }

  try {
    await run({
      signal,
      progress,
      gone: () => {
        throw new Gone()
      },
    })
    await writing
    await announce('done', 1)
  } catch (error) {
    await writing
    if (error instanceof Gone || cancelled.signal.aborted) return
    const { message, hopeless } = explained(error, context.signal.aborted)
    log.warn({ work: id, attempt: context.attempt, error: (error as Error).name }, 'understanding failed')
    if (hopeless || context.lastAttempt) {
      await rows.fail(id, message)
      await announce('failed', lastDone)
    }
    // Only words that are safe to show go on: a driver's message holds the row it choked on.
    throw hopeless ? new Hopeless(message) : new Error(message)
  } finally {
    stopListening()
  }
}

const passing = new Set(['provider_failed', 'timeout', 'rate_limited'])
const passingStatus = new Set([408, 409, 425, 429])

/** A key that was refused, a model that is not there: asking again changes nothing. */
function isRefusedForGood({ cause }: Refusal): boolean {
  const status = cause instanceof Error && 'status' in cause ? Number(cause.status) : Number.NaN
  return status >= 400 && status < 500 && !passingStatus.has(status)
}

function explained(error: unknown, interrupted: boolean): { message: string; hopeless: boolean } {
  if (interrupted) return { message: INTERRUPTED, hopeless: false }
  if (error instanceof TranslationError) return { message: error.message, hopeless: !error.retryable }
  if (!(error instanceof Refusal)) return { message: UNKNOWN, hopeless: false }
  const mayPass = (passing.has(error.code) && !isRefusedForGood(error)) || error.retryAfter !== undefined
  return { message: error.message, hopeless: !mayPass }
}
