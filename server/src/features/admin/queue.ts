import type { AdminJob } from '@mina/contract'
import type { z } from 'zod'
import type { QueuedJob, QueueInspection } from '../../platform/queue/inspection.ts'
import type { Queue } from '../../platform/queue/queue.ts'
import { Refusal } from '../../platform/refusal.ts'

/** Makes ready again what a job works on, before the job is tried once more. By the queue's name. */
export type Reopeners = Readonly<Record<string, (payload: Record<string, unknown>) => Promise<void>>>

const OVER = ['failed', 'cancelled']

/** The member of a payload that names what the job is about. */
const subjectOf = (payload: Record<string, unknown>) => {
  const [, id] = Object.entries(payload).find(([name, it]) => name.endsWith('_id') && typeof it === 'string') ?? []
  return typeof id === 'string' ? id : null
}

const present = (it: QueuedJob): z.input<typeof AdminJob> => ({
  id: it.id,
  queue: it.queue,
  state: it.state,
  user_id: it.user_id,
  subject_id: subjectOf(it.data),
  attempts: it.attempts,
  error: it.error,
  created_at: it.created_at.toISOString(),
  started_at: it.started_at?.toISOString() ?? null,
  completed_at: it.completed_at?.toISOString() ?? null,
})

export function queueDesk(
  queue: Pick<Queue, 'cancel' | 'retry'>,
  inspection: Pick<QueueInspection, 'find' | 'list' | 'counts'>,
  reopen: Reopeners,
) {
  const open = async (name: string, id: string) => {
    const found = await inspection.find(name, id)
    if (!found) throw new Refusal('not_found', 'There is no such job in this queue.')
    return found
  }
  return {
    async view(state: string | undefined, limit: number) {
      const [items, counts] = await Promise.all([inspection.list(state, limit), inspection.counts()])
      return { items: items.map(present), counts }
    },
    async retry(name: string, id: string) {
      const { state, data } = await open(name, id)
      if (!OVER.includes(state))
        throw new Refusal('conflict', `This job is ${state}: only one that failed or was stopped can be tried again.`)
      await reopen[name]?.(data)
      await queue.retry(name, id)
    },
    async cancel(name: string, id: string) {
      const { state } = await open(name, id)
      if ([...OVER, 'completed'].includes(state))
        throw new Refusal('conflict', `This job is ${state} already: there is nothing left to stop.`)
      await queue.cancel(name, id)
    },
  }
}
