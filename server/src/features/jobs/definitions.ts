import { z } from 'zod'
import { job } from '../../platform/queue/job.ts'

/** Carries out one job of /saas/jobs from beginning to end. */
export const runJob = job({
  name: 'jobs.run',
  payload: z.object({ job_id: z.uuid() }),
  retries: 2,
  concurrency: 2,
  perUser: 1,
  expireSeconds: 86_000,
})

/** Ends jobs that no worker will ever end: theirs died at each attempt, or an operator stopped them. */
export const mendJobs = job({
  name: 'jobs.mend',
  payload: z.object({}),
  retries: 0,
  concurrency: 1,
  expireSeconds: 60,
  schedule: '* * * * *',
})
