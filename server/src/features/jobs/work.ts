import type { Db } from '../../platform/database/connect.ts'
import { inTransaction } from '../../platform/database/transaction.ts'
import { Hopeless, type JobContext } from '../../platform/queue/job.ts'
import { Refusal } from '../../platform/refusal.ts'
import { SpeechError } from '../../speech/errors.ts'
import { TranslationError } from '../../translation/errors.ts'
import type { UsageRecord } from '../usage/index.ts'
import { folderOf } from './inputs.ts'
import type { Made, Use, Working } from './making.ts'
import { heardFolder } from './pieces.ts'
import type { ArtifactRow, JobRow } from './repository.ts'
import { type JobParts, newsOf, STOP } from './service.ts'
import { transcribing } from './transcribing.ts'
import { translating } from './translating.ts'

const LOOK_MS = 1_000
const ENDPOINT = '/saas/jobs'

const isKnown = (error: unknown): error is Refusal | SpeechError | TranslationError =>
  error instanceof Refusal || error instanceof SpeechError || error instanceof TranslationError

/** What is not our own refusal may be a passing trouble: of a provider, the database, the storage. */
const mayPass = (error: unknown) => {
  if (error instanceof SpeechError || error instanceof TranslationError) return error.retryable
  return !(error instanceof Refusal) || error.code === 'unavailable' || error.code === 'timeout'
}

export function jobWork(parts: JobParts) {
  const { db, repository, bus, clock, log, files, usage } = parts
  const rows = repository(db)
  const carryOut = { transcription: transcribing(parts), translation: translating(parts) }
  const running = new Map<string, AbortController>()
  const unsubscribe = bus.subscribe(STOP, ({ id }) => running.get(String(id))?.abort())

  const entryOf = ({ user_id, caller }: JobRow, use: Use): UsageRecord => ({
    ...{ userId: user_id, keyId: caller.key_id, ip: caller.ip, userAgent: caller.user_agent, endpoint: ENDPOINT },
    ...use,
  })

  const removeOf = ({ id }: JobRow, folder: string) =>
    files.removeAll(folder).catch(() => log.warn({ job: id }, 'what a job does not need any more could not be removed'))

  const tell = async (row: JobRow, tx: Db) => {
    await parts.publish(
      row.user_id,
      row.status === 'done' ? 'job.done' : 'job.failed',
      { job_id: row.id, type: row.type, status: row.status },
      tx,
    )
    await parts.announce(row.user_id, 'job', newsOf(row), tx)
  }

  /** All that a finished job leaves behind becomes true at once, and once only. */
  async function finish(job: JobRow, { artifacts, use }: Made, signal: AbortSignal) {
    const stored: Pick<ArtifactRow, 'kind' | 'storage_ref' | 'size'>[] = []
    for (const { kind, name, content } of artifacts) {
      signal.throwIfAborted()
      const storage_ref = `${folderOf(job)}output/${name}`
      const { size } = await files.put(storage_ref, { body: Buffer.from(content) })
      stored.push({ kind, storage_ref, size })
    }
    await inTransaction(db, async (tx) => {
      const row = await repository(tx).lock(job.id)
      if (row?.status !== 'processing') return
      const ended = { status: 'done' as const, progress: 100, completed_at: clock.now(), reserved: null }
      await repository(tx).addArtifacts(stored.map((it) => ({ ...it, job_id: row.id, user_id: row.user_id })))
      await repository(tx).update(row.id, ended)
      const entry = entryOf(row, use)
      if (row.reserved) await usage.settle({ userId: row.user_id, ...row.reserved }, entry, tx)
      else await usage.record(entry, tx)
      await tell({ ...row, ...ended }, tx)
    })
  }

  async function fail(id: string, error_message: string, use?: Use) {
    const failed = await inTransaction(db, async (tx) => {
      const row = await repository(tx).lock(id)
      if (row?.status !== 'processing' && row?.status !== 'queued') return null
      const ended = { status: 'failed' as const, error_message, completed_at: clock.now(), reserved: null }
      await repository(tx).update(row.id, ended)
      if (row.reserved) await usage.refund({ userId: row.user_id, ...row.reserved }, tx)
      if (use) await usage.record(entryOf(row, use), tx)
      await tell({ ...row, ...ended }, tx)
      return row
    })
    // What was written before the end belongs to nothing; where it can not go now, it goes with the job.
    if (failed) for (const folder of [`${folderOf(failed)}output/`, heardFolder(failed)]) await removeOf(failed, folder)
  }

  /** Writes the progress down, and notices a job that was deleted where no message could say so. */
  function watch(job: JobRow, stopped: AbortController) {
    let done = 0
    let told = 0
    const look = async () => {
      try {
        const now = Math.min(99, Math.floor(done * 100))
        // In one step, so that no page hears of progress after it heard of the end.
        const open = await inTransaction(db, async (tx) => {
          if (!(await repository(tx).report(job.id, now))) return false
          if (now > told) await parts.announce(job.user_id, 'job', { ...newsOf(job), progress: now }, tx)
          return true
        })
        told = now
        if (!open) stopped.abort()
      } catch (error) {
        log.debug({ job: job.id, error: (error as Error).name }, 'progress could not be written')
      }
    }
    const timer = setInterval(() => void look(), LOOK_MS)
    return {
      progress: (to: number) => {
        done = Math.max(done, to)
      },
      stop: () => clearInterval(timer),
    }
  }

  /** The owner of the row owns all that it names; a row that says otherwise was tampered with. */
  const plan = async (job: JobRow) => {
    if (job.input_key && !job.input_key.startsWith(`users/${job.user_id}/`))
      throw new Refusal('forbidden', 'The input belongs to another account.')
    const found = await parts.planOf(job.user_id)
    if (!found) throw new Refusal('forbidden', 'The account is not active.')
    return found
  }

  async function run({ job_id }: { job_id: string }, context: JobContext) {
    const job = await rows.begin(job_id)
    if (!job) return
    const stopped = new AbortController()
    const signal = AbortSignal.any([context.signal, stopped.signal])
    running.set(job.id, stopped)
    const { progress, stop } = watch(job, stopped)
    let spent: Use | undefined
    const working: Working = {
      signal,
      progress,
      spent: (use) => {
        spent = use
      },
      reserveAudio: async (audio_seconds) => {
        if (job.reserved && job.reserved.audio_seconds > 0) return
        const reservation = await usage.reserve(job.user_id, await plan(job), { audio_seconds })
        job.reserved = { month: reservation.month, audio_seconds, jobs: job.reserved?.jobs ?? 0 }
        await rows.update(job.id, { reserved: job.reserved })
      },
    }
    try {
      await plan(job)
      await parts.announce(job.user_id, 'job', newsOf(job))
      const made = await carryOut[job.type](job, working)
      await finish(job, made, signal)
      await removeOf(job, heardFolder(job))
    } catch (error) {
      if (stopped.signal.aborted) return
      // Shutdown or expiry: the next attempt goes on, here or elsewhere.
      if (context.signal.aborted || (mayPass(error) && !context.lastAttempt)) {
        await rows.requeue(job.id)
        throw error
      }
      const reason = isKnown(error) ? error.message : 'Something went wrong on our side. It has been noted.'
      if (!isKnown(error)) log.error({ job: job.id, error: (error as Error).name }, 'a job failed unexpectedly')
      await fail(job.id, reason, spent)
      throw new Hopeless(reason, { cause: error })
    } finally {
      stop()
      running.delete(job.id)
      // Deleted meanwhile: what was written late goes too.
      if (!(await rows.find(job.id).catch(() => job)))
        await files.removeAll(folderOf(job)).catch(() => log.warn({ job: job.id }, 'files of a job wait for the sweep'))
    }
  }

  return { run, fail, close: unsubscribe }
}
