import { z } from 'zod'
import { job } from '../../platform/queue/job.ts'

/** Enters one billed file in the Google Sheet of its code. */
export const enterInSheet = job({
  name: 'utilities.sheet-row',
  payload: z.object({ row_id: z.uuid() }),
  // With waits of up to five minutes: Google may be away for hours.
  retries: 60,
  concurrency: 1,
  expireSeconds: 180,
})
