import type { Clock } from '../../platform/clock.ts'
import type { Db } from '../../platform/database/connect.ts'
import { inTransaction } from '../../platform/database/transaction.ts'
import type { Log } from '../../platform/log.ts'
import { type SendWebhook, type WebhookResult, webhookDelay } from '../../platform/outbound/webhook.ts'
import type { Queue } from '../../platform/queue/queue.ts'
import type { Sealer } from '../../platform/sealing/sealing.ts'
import { deliverWebhook } from './jobs.ts'
import type { WebhookRepository, WebhookRow } from './repository.ts'

interface DeliveryParts {
  db: Db
  repository: (db: Db) => WebhookRepository
  queue: Pick<Queue, 'send'>
  sealer: Sealer
  send: SendWebhook
  clock: Clock
  log: Log
}

const reasonOf = ({ outcome, status, excerpt }: WebhookResult): string | null => {
  if (outcome === 'delivered') return null
  if (outcome === 'failed') return `Answered ${status}: redirects are not followed. Set the address it leads to.`
  if (outcome === 'disable') return 'Answered 410 Gone: the webhook was switched off.'
  return status === null ? excerpt : `Answered ${status}${excerpt ? `: ${excerpt.slice(0, 300)}` : '.'}`
}

/** Carries deliveries out, one attempt at a time. */
export function webhookDelivery({ db, repository, queue, sealer, send, clock, log }: DeliveryParts) {
  const secretsOf = ({ id, secret_sealed, previous_sealed, previous_until }: WebhookRow) => {
    const overlap = previous_sealed && previous_until && previous_until > clock.now()
    return [secret_sealed, ...(overlap ? [previous_sealed] : [])].map((it) => sealer.open(it, id))
  }

  return async ({ delivery_id, attempt }: { delivery_id: string; attempt: number }, signal: AbortSignal) => {
    const found = await repository(db).toSend(delivery_id)
    // Gone, settled, or a job that was overtaken: nothing is left to do.
    if (found?.delivery.status !== 'pending' || found.delivery.attempts !== attempt - 1) return
    const { delivery, webhook } = found
    if (!webhook.is_active) {
      await repository(db).enterAttempt(delivery.id, attempt, {
        ...{ status: 'failed', error: 'The webhook is switched off.', next_attempt_at: null },
      })
      return
    }
    const payload = JSON.stringify(delivery.payload)
    const result = await send({ url: webhook.url, id: delivery.id, payload, secrets: secretsOf(webhook), signal })
    const now = clock.now()
    const wait = result.outcome === 'retry' ? webhookDelay(attempt, result.retryAfter) : null
    const status = result.outcome === 'delivered' ? 'delivered' : wait === null ? 'failed' : 'pending'
    log.info(
      { webhook: webhook.id, delivery: delivery.id, attempt, outcome: result.outcome, status: result.status },
      'webhook called',
    )
    await inTransaction(db, async (tx) => {
      const rows = repository(tx)
      const entered = await rows.enterAttempt(delivery.id, attempt, {
        status,
        response_status: result.status,
        error: reasonOf(result),
        next_attempt_at: wait === null ? null : new Date(now.getTime() + wait * 1000),
        delivered_at: status === 'delivered' ? now : null,
      })
      if (!entered) return
      if (result.outcome === 'disable')
        await rows.update(webhook.id, { is_active: false, disabled_reason: 'The receiver answered 410 Gone.' })
      if (wait !== null)
        await queue.send(
          deliverWebhook,
          { delivery_id: delivery.id, attempt: attempt + 1 },
          { tx, userId: webhook.user_id, after: wait },
        )
    })
  }
}
