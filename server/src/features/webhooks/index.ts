import type { Clock } from '../../platform/clock.ts'
import type { Db } from '../../platform/database/connect.ts'
import type { Log } from '../../platform/log.ts'
import type { Reach } from '../../platform/outbound/reach.ts'
import type { SendWebhook } from '../../platform/outbound/webhook.ts'
import { handler } from '../../platform/queue/job.ts'
import type { Queue } from '../../platform/queue/queue.ts'
import type { Sealer } from '../../platform/sealing/sealing.ts'
import { webhookDelivery } from './delivery.ts'
import { deliverWebhook, pruneDeliveries } from './jobs.ts'
import { webhookRepository } from './repository.ts'
import { webhookRoutes } from './routes.ts'
import { webhookService } from './service.ts'

export interface WebhookOptions {
  db: Db
  queue: Pick<Queue, 'send'>
  sealer: Sealer
  send: SendWebhook
  reaches: Reach
  clock: Clock
  log: Log
}

const KEEP_MS = 30 * 86_400_000

/** Tells other people's machines what happened here. */
export function createWebhooks(options: WebhookOptions) {
  const parts = { ...options, repository: webhookRepository }
  const service = webhookService(parts)
  const deliver = webhookDelivery(parts)
  return {
    publish: service.publish,
    /** A person's webhooks without their secrets, for their export. */
    all: async (userId: string) =>
      (await webhookRepository(options.db).list(userId)).map(({ url, events, is_active, created_at }) => ({
        ...{ url, events, is_active, created_at },
      })),
    routes: webhookRoutes(service),
    definitions: [deliverWebhook, pruneDeliveries],
    handlers: [
      handler(deliverWebhook, (payload, { signal }) => deliver(payload, signal)),
      handler(pruneDeliveries, () =>
        webhookRepository(options.db).prune(new Date(options.clock.now().getTime() - KEEP_MS)),
      ),
    ],
  }
}

export type Webhooks = ReturnType<typeof createWebhooks>
export type PublishEvent = Webhooks['publish']
