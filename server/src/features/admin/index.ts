import { cancelQueued, listQueue, retryQueued, systemHealth } from '@mina/contract'
import type { Audit } from '../../access/audit.ts'
import { serve } from '../../access/route.ts'
import type { QueueInspection } from '../../platform/queue/inspection.ts'
import type { Queue } from '../../platform/queue/queue.ts'
import { examineHealth, type HealthProbes, type HealthSettings } from './health.ts'
import { queueDesk, type Reopeners } from './queue.ts'

export { type Check, examineHealth, type HealthProbes, type HealthSettings } from './health.ts'
export type { Reopeners } from './queue.ts'

export interface AdminOptions {
  queue: Pick<Queue, 'cancel' | 'retry'>
  inspection: Pick<QueueInspection, 'find' | 'list' | 'counts'>
  reopen: Reopeners
  audit: Audit
  health: HealthSettings
  probes: HealthProbes
  usedBytes: () => Promise<number>
  version: string
}

/** What whoever runs this installation looks at, and the few things that may be done about it. */
export function createAdmin(options: AdminOptions) {
  const { audit, health, probes, version } = options
  const desk = queueDesk(options.queue, options.inspection, options.reopen)
  return {
    routes: [
      serve(listQueue, async ({ query }) => await desk.view(query.state, query.limit)),
      serve(retryQueued, async ({ principal, params }) => {
        await desk.retry(params.queue, params.id)
        await audit.record({
          ...{ action: 'admin_change', actorId: principal.userId, subjectId: params.id },
          details: { queue: params.queue, done: 'retry' },
        })
        return {}
      }),
      serve(cancelQueued, async ({ principal, params }) => {
        await desk.cancel(params.queue, params.id)
        await audit.record({
          ...{ action: 'admin_change', actorId: principal.userId, subjectId: params.id },
          details: { queue: params.queue, done: 'cancel' },
        })
        return {}
      }),
      serve(systemHealth, async () => ({
        version,
        uptime_s: Math.floor(process.uptime()),
        checks: await examineHealth(health, probes),
        storage: {
          kind: health.storageKind,
          used_bytes: await options.usedBytes(),
          free_bytes: await probes.freeBytes().catch(() => null),
        },
      })),
    ],
  }
}
