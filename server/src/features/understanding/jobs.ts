import { z } from 'zod'
import { job } from '../../platform/queue/job.ts'

/** Ids only: the handlers load what they work on, and find out whether it is still there and still this user's. */

export const translateJob = job({
  name: 'understanding.translate',
  payload: z.object({ translation_id: z.uuid(), user_id: z.uuid() }),
  retries: 2,
  concurrency: 2,
  perUser: 1,
  expireSeconds: 6 * 3_600,
})

export const analyseJob = job({
  name: 'understanding.analyse',
  payload: z.object({ insights_id: z.uuid(), user_id: z.uuid() }),
  retries: 2,
  // Language work is computation on one thread: two at once would only take turns.
  concurrency: 1,
  expireSeconds: 2 * 3_600,
})
