import { createWebhooks } from '../features/webhooks/index.ts'
import { createGuardedFetch } from '../platform/outbound/guarded.ts'
import { createReach } from '../platform/outbound/reach.ts'
import { createWebhookSender } from '../platform/outbound/webhook.ts'
import type { Queue } from '../platform/queue/queue.ts'
import { createSealer } from '../platform/sealing/sealing.ts'
import type { ExportPart } from './account-data.ts'
import type { Platform } from './platform.ts'

/** Webhooks go out through the guard: private networks only where OUTBOUND_ALLOW names them. */
export function composeWebhooks({ config, db, clock, log }: Platform, queue: Queue) {
  const guarded = createGuardedFetch({ allow: config.outboundAllow })
  const webhooks = createWebhooks({
    db,
    queue,
    sealer: createSealer(config.secretKey, 'webhooks'),
    send: createWebhookSender({ guarded, clock }),
    reaches: createReach({ allow: config.outboundAllow }),
    clock,
    log,
  })
  const exported: ExportPart = async function* (userId) {
    yield { path: 'webhooks.json', content: JSON.stringify(await webhooks.all(userId), null, 2) }
  }
  return { ...webhooks, exported, close: () => guarded.close() }
}
