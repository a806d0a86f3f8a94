import { z } from 'zod'
import { job } from '../../platform/queue/job.ts'

/** One attempt to deliver one event to one webhook. The next attempt is a job of its own, later. */
export const deliverWebhook = job({
  name: 'webhooks.deliver',
  payload: z.object({ delivery_id: z.uuid(), attempt: z.int().positive() }),
  // Only for a worker that is killed: what the receiver does wrong is counted in the delivery.
  retries: 5,
  concurrency: 8,
  perUser: 4,
  expireSeconds: 120,
})

export const pruneDeliveries = job({
  name: 'webhooks.prune',
  payload: z.object({}),
  retries: 3,
  concurrency: 1,
  expireSeconds: 600,
  schedule: '29 3 * * *',
})
