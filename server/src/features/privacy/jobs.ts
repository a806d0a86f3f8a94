import { z } from 'zod'
import { handler, job } from '../../platform/queue/job.ts'
import type { Removal } from './removal.ts'

export const sweep = job({
  name: 'privacy.sweep',
  payload: z.object({}),
  retries: 0,
  concurrency: 1,
  expireSeconds: 3_600,
  schedule: '* * * * *',
})

export const retain = job({
  name: 'privacy.retention',
  payload: z.object({}),
  retries: 2,
  concurrency: 1,
  expireSeconds: 6 * 3_600,
  schedule: '23 * * * *',
})

export const privacyHandlers = (removal: Removal, retention: (signal?: AbortSignal) => Promise<void>) => [
  handler(sweep, (_payload, { signal }) => removal.sweep(signal)),
  handler(retain, (_payload, { signal }) => retention(signal)),
]
