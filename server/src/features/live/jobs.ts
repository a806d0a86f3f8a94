import { z } from 'zod'
import { job } from '../../platform/queue/job.ts'

/** Makes the recording of a session that was stopped or left, and the words that are missing. */
export const finishSession = job({
  name: 'live.finish',
  payload: z.object({ session_id: z.uuid() }),
  retries: 5,
  concurrency: 2,
  perUser: 1,
  expireSeconds: 7_200,
})
