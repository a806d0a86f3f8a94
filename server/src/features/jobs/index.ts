import { inTransaction } from '../../platform/database/transaction.ts'
import type { QueueInspection } from '../../platform/queue/inspection.ts'
import { handler } from '../../platform/queue/job.ts'
import { Refusal } from '../../platform/refusal.ts'
import type { LinkSigner } from '../../platform/signing/links.ts'
import { mendJobs, runJob } from './definitions.ts'
import { jobDownloads } from './downloads.ts'
import { jobPolicy } from './policy.ts'
import { jobRepository } from './repository.ts'
import { jobRoutes } from './routes.ts'
import { type JobParts, jobService } from './service.ts'
import { jobWork } from './work.ts'

export interface JobOptions extends Omit<JobParts, 'repository'> {
  inspection: Pick<QueueInspection, 'alive'>
  links: LinkSigner
  publicBaseUrl: string
  linkSeconds: number
}

/** A job is not looked after before its work can have been sent. */
const ABANDONED_MS = 60_000
const MOST = 500

/** Transcriptions and translations that are left here and fetched when they are done. */
export function createJobs(options: JobOptions) {
  const parts: JobParts = { ...options, repository: jobRepository }
  const repository = jobRepository(options.db)
  const work = jobWork(parts)

  async function mend() {
    const waiting = await repository.openSince(new Date(options.clock.now().getTime() - ABANDONED_MS), MOST)
    const ids = waiting.map((it) => it.id)
    const alive = await options.inspection.alive(runJob.name, 'job_id', ids)
    for (const id of ids.filter((it) => !alive.has(it)))
      await work.fail(
        id,
        'The work was stopped, or broke off at every attempt, and was given up. Send it again to try once more.',
      )
  }

  return {
    routes: jobRoutes(jobPolicy(repository), jobService(parts), jobDownloads({ ...options, repository })),
    definitions: [runJob, mendJobs],
    handlers: [handler(runJob, work.run), handler(mendJobs, mend)],
    /** Makes a failed job ready to be tried once more, as an operator may ask; it counts against the month again. */
    async reopen(id: string) {
      await inTransaction(options.db, async (tx) => {
        const row = await jobRepository(tx).lock(id)
        if (row?.status !== 'failed') return
        const plan = await options.planOf(row.user_id)
        if (!plan) throw new Refusal('conflict', 'The account of this job is not active.')
        const { userId: _, ...reserved } = await options.usage.reserve(row.user_id, plan, { jobs: 1 }, tx)
        await jobRepository(tx).update(id, {
          ...{ status: 'queued', progress: 0, error_message: null, completed_at: null, reserved },
        })
      })
    },
    runs: runJob.name,
    /** A person's jobs, for their export. */
    all: (userId: string) => repository.list(userId, {}, 1_000_000, 0),
    artifactsOf: repository.artifactsOf,
    close: work.close,
  }
}
