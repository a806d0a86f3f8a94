import { randomUUID } from 'node:crypto'
import type { createJob, JobEvent, Received } from '@mina/contract'
import { z } from 'zod'
import { type Allowed, allowed, type Principal } from '../../access/principal.ts'
import type { CallInfo, ReceivedFile } from '../../access/route.ts'
import { probe } from '../../audio/probe.ts'
import type { Bus } from '../../platform/bus.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Db } from '../../platform/database/connect.ts'
import { inTransaction } from '../../platform/database/transaction.ts'
import { ORPHAN_MS, postponing } from '../../platform/files/orphans.ts'
import type { Files } from '../../platform/files/port.ts'
import type { Log } from '../../platform/log.ts'
import type { GuardedFetch } from '../../platform/outbound/port.ts'
import type { Queue } from '../../platform/queue/queue.ts'
import { Refusal } from '../../platform/refusal.ts'
import type { Recognisers } from '../../speech/registry.ts'
import type { Translators } from '../../translation/registry.ts'
import { asRefusal } from '../translation/index.ts'
import type { Usage } from '../usage/index.ts'
import type { PublishEvent } from '../webhooks/index.ts'
import { runJob } from './definitions.ts'
import { folderOf, inputReader, readText } from './inputs.ts'
import { checkRepeat, KEY_MS, requestHash } from './repeats.ts'
import type { JobFilter, JobRepository, JobRow } from './repository.ts'

/** Tells the pages of a person how a job does. */
type Announce = (userId: string, kind: 'job', event: JobEvent, tx?: Db) => Promise<void>

export interface JobParts {
  db: Db
  repository: (db: Db) => JobRepository
  bus: Pick<Bus, 'publish' | 'subscribe'>
  clock: Clock
  log: Log
  files: Files
  queue: Pick<Queue, 'send'>
  usage: Usage
  publish: PublishEvent
  announce: Announce
  recognisers: Recognisers
  translators: Translators
  guarded: GuardedFetch
  /** The plan of an account that is active, else null. */
  planOf: (userId: string) => Promise<'free' | 'pro' | 'enterprise' | null>
  tempDir: string
  limits: { uploadBytes: number; textBytes: number; audioSeconds: number }
}

export const STOP = 'jobs.stop'
const LATE_WRITES_MS = 15 * 60_000
const LOOK_MS = 10_000

const Options = z.strictObject({
  language: z.string().max(35).optional(),
  target_language: z.string().max(35).optional(),
  provider: z.string().max(20).optional(),
  diarize: z.boolean().optional(),
})
type JobOptions = z.output<typeof Options>

/** In a form the options are JSON text. */
function optionsOf(given: unknown): JobOptions {
  if (given === undefined || given === '') return {}
  let options = given
  if (typeof given === 'string') {
    try {
      options = JSON.parse(given)
    } catch {
      throw new Refusal('bad_request', 'options: is not valid JSON.', { details: { field: 'options' } })
    }
  }
  return Options.parse(options)
}

export const newsOf = ({ id, status, progress, type }: JobRow): JobEvent => ({ id, status, progress, type })

interface Stored {
  input_ref: string
  input_key: string | null
  input_bytes: number
  audio_seconds: number
}

export function jobService(parts: JobParts) {
  const { db, repository, bus, clock, files, queue, usage, recognisers, translators, guarded, limits, log } = parts
  const rows = repository(db)
  const inputs = inputReader(rows, files)

  /** Says at once what can not work, before anything is kept. */
  function checkOptions(type: JobRow['type'], options: JobOptions) {
    const { language, provider, diarize, target_language } = options
    if (type === 'transcription') {
      recognisers.pick({ ...(provider && { provider }), ...(language && { language }), ...(diarize && { diarize }) })
      return
    }
    if (!target_language?.trim())
      throw new Refusal('bad_request', 'options: a translation needs target_language.', {
        details: { field: 'options' },
      })
    try {
      const translator = translators.choose(provider)
      const missing = translator.unavailable()
      if (missing) throw new Refusal('unavailable', missing)
    } catch (error) {
      throw asRefusal(error)
    }
  }

  async function keep(file: ReceivedFile, type: JobRow['type'], folder: string): Promise<Stored> {
    if (file.size === 0) throw new Refusal('bad_request', 'The file is empty.')
    let ending = 'txt'
    let audio_seconds = 0
    if (type === 'transcription') {
      const told = await probe(file.path, { maxSeconds: limits.audioSeconds })
      ending = told.ending
      audio_seconds = told.duration_ms / 1000
    } else await readText(file.path, limits.textBytes)
    const key = `${folder}input/original.${ending}`
    // Whatever breaks off from here on, the sweep finds the folder.
    const soon = () => new Date(clock.now().getTime() + ORPHAN_MS)
    await rows.doom(folder, soon())
    await postponing(
      () => rows.postpone(folder, soon()),
      () => files.put(key, { path: file.path, sha256: file.sha256 }),
    )
    return { input_ref: key, input_key: key, input_bytes: file.size, audio_seconds }
  }

  async function refer(userId: string, type: JobRow['type'], ref: string): Promise<Stored> {
    const input = await inputs.resolve(userId, type, ref)
    const nothingYet = { input_ref: ref, input_bytes: 0, audio_seconds: 0 }
    if ('key' in input) return { ...nothingYet, input_key: input.key }
    // Where the link may not lead is said now; what it leads to is fetched by the job.
    try {
      await guarded.fetch(input.link, { method: 'HEAD', maxBytes: 1024, timeoutMs: LOOK_MS, overflow: 'cut' })
    } catch (error) {
      // Slow is not wrong: the job has more patience.
      if (!(error instanceof Refusal && error.code === 'timeout')) throw error
    }
    return { ...nothingYet, input_key: null }
  }

  /** Removes what lies in a job's folder now; what can not be removed stays doomed. */
  async function sweep(folder: string) {
    try {
      await files.removeAll(folder)
      await rows.claim(folder)
    } catch (error) {
      log.warn({ error: (error as Error).name }, 'files of a job wait for the sweep')
    }
  }

  /** What was made by the same request under the same key, where one was given. */
  async function madeBefore(userId: string, key: string | undefined, hash: string, tx: Db) {
    if (key === undefined) return null
    const since = new Date(clock.now().getTime() - KEY_MS)
    const earlier = await repository(tx).findByKey(userId, key, since)
    return earlier && checkRepeat(earlier, hash)
  }

  return {
    async create(
      principal: Principal,
      { body, headers }: Received<typeof createJob>,
      sent: readonly ReceivedFile[],
      request: Pick<CallInfo, 'ip' | 'userAgent'>,
    ): Promise<Allowed<JobRow, 'read'>> {
      const { type, input_ref } = body
      const { userId, plan, keyId } = principal
      const { 'idempotency-key': key } = headers
      const options = optionsOf(body.options)
      const file = sent.find((it) => it.field === 'file')
      if (!file === !input_ref) throw new Refusal('bad_request', 'Send either a file or input_ref.')
      const request_hash = requestHash({ type, input_ref, options, sha256: file?.sha256 })
      const earlier = await madeBefore(userId, key, request_hash, db)
      if (earlier) return allowed<'read', JobRow>(earlier)
      checkOptions(type, options)
      const id = randomUUID()
      const folder = folderOf({ user_id: userId, id })
      try {
        const { audio_seconds, ...input } = file
          ? await keep(file, type, folder)
          : await refer(userId, type, input_ref ?? '')
        const made = await inTransaction(db, async (tx) => {
          if (key !== undefined) await repository(tx).holdKey(userId, key)
          const twin = await madeBefore(userId, key, request_hash, tx)
          if (twin) return twin
          const amount = { jobs: 1, audio_seconds, bytes: input.input_bytes }
          const { userId: _, ...reserved } = await usage.reserve(userId, plan, amount, tx)
          const caller = {
            ip: request.ip,
            user_agent: request.userAgent.slice(0, 300),
            ...(keyId && { key_id: keyId }),
          }
          const now = clock.now()
          const row = await repository(tx).insert({
            ...{ id, user_id: userId, type, options, reserved, caller, ...input },
            ...(key !== undefined && { idempotency_key: key, request_hash }),
            created_at: now,
          })
          await queue.send(runJob, { job_id: id }, { tx, userId })
          if (file && !(await repository(tx).claim(folder)))
            throw new Refusal('timeout', 'The upload took too long to be stored. Please send it again.')
          await parts.announce(userId, 'job', newsOf(row), tx)
          return row
        })
        if (file && made.id !== id) await sweep(folder)
        return allowed<'read', JobRow>(made)
      } catch (error) {
        if (file) await sweep(folder)
        throw error
      }
    },

    list: async (principal: Principal, filter: JobFilter, limit: number, offset: number) => {
      const page = await rows.list(principal.userId, filter, limit, offset)
      return {
        page,
        total: await rows.total(principal.userId, filter),
        artifacts: await rows.artifactsOf(page.map((it) => it.id)),
      }
    },
    artifacts: (job: Allowed<JobRow, 'read'>) => rows.artifactsOf([job.id]),

    /** Ends the work wherever it runs, and removes the row at once; a late write is swept. */
    async remove(job: Allowed<JobRow, 'write'>) {
      const folder = folderOf(job)
      const working = await inTransaction(db, async (tx) => {
        const row = await repository(tx).lock(job.id)
        if (!row) return false
        const open = row.status === 'queued' || row.status === 'processing'
        const late = new Date(clock.now().getTime() + (open ? LATE_WRITES_MS : 0))
        await repository(tx).doom(folder, late)
        if (open && row.reserved) await usage.refund({ userId: row.user_id, ...row.reserved }, tx)
        await repository(tx).delete(row.id)
        if (open) await bus.publish(STOP, { id: row.id }, tx)
        return open
      })
      if (working)
        await files.removeAll(folder).catch(() => log.warn({ job: job.id }, 'files of a job wait for the sweep'))
      else await sweep(folder)
    },
  }
}
export type JobService = ReturnType<typeof jobService>
