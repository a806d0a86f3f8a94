import { randomUUID } from 'node:crypto'
import type { WebhookEvent } from '@mina/contract'
import type { z } from 'zod'
import type { Principal } from '../../access/principal.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Db } from '../../platform/database/connect.ts'
import { inTransaction } from '../../platform/database/transaction.ts'
import { webAddress } from '../../platform/outbound/links.ts'
import type { Reach } from '../../platform/outbound/reach.ts'
import { isWebhookSecret, newWebhookSecret } from '../../platform/outbound/webhook.ts'
import { readCursor, writeCursor } from '../../platform/paging/cursor.ts'
import type { Queue } from '../../platform/queue/queue.ts'
import { Refusal } from '../../platform/refusal.ts'
import type { Sealer } from '../../platform/sealing/sealing.ts'
import { deliverWebhook } from './jobs.ts'
import type { WebhookRepository, WebhookRow } from './repository.ts'

export type EventName = z.output<typeof WebhookEvent>
/** Ids and numbers about what happened. What was said never leaves by a webhook. */
export type EventData = Readonly<Record<string, string | number | boolean | null>>

export interface WebhookParts {
  db: Db
  repository: (db: Db) => WebhookRepository
  queue: Pick<Queue, 'send'>
  sealer: Sealer
  /** Whether deliveries to an address could arrive at all. */
  reaches: Reach
  clock: Clock
}

interface NewWebhook {
  url: string
  events: EventName[]
  secret?: string | undefined
}

const MOST_WEBHOOKS = 50
const OVERLAP_MS = 24 * 3_600_000

export function webhookService({ db, repository, queue, sealer, reaches, clock }: WebhookParts) {
  const rows = repository(db)

  const open = async (principal: Principal, id: string): Promise<WebhookRow> => {
    const row = await rows.find(principal.userId, id)
    if (!row) throw new Refusal('not_found', 'There is no such webhook.')
    return row
  }

  const chosenSecret = (given: string | undefined) => {
    if (given !== undefined && !isWebhookSecret(given))
      throw new Refusal('bad_request', 'secret: must be whsec_ and 24 to 64 bytes in base64.')
    return given ?? newWebhookSecret()
  }

  /** What will never be delivered is refused now, not when something has happened that should be told. */
  const receiverAt = async (given: string): Promise<string> => {
    const url = webAddress(given)
    if (!(await reaches(url)))
      throw new Refusal(
        'bad_request',
        `url: ${url.host} is private or on a port other than 80 and 443. Give a public address, or ask who runs this server to name the host in OUTBOUND_ALLOW.`,
        { details: { field: 'url' } },
      )
    return url.href
  }

  /** Enters a delivery and its first attempt together; what is signed and sent stays the same from here on. */
  async function enter(tx: Db, userId: string, webhookId: string, event: string, data: EventData) {
    const now = clock.now()
    const delivery = await repository(tx).insertDelivery({
      webhook_id: webhookId,
      event,
      payload: { type: event, timestamp: now.toISOString(), data },
      created_at: now,
      next_attempt_at: now,
    })
    await queue.send(deliverWebhook, { delivery_id: delivery.id, attempt: 1 }, { tx, userId })
    return delivery
  }

  return {
    open,
    list: (principal: Principal) => rows.list(principal.userId),

    async create(principal: Principal, { url, events, secret: given }: NewWebhook) {
      const mine = await rows.list(principal.userId)
      if (mine.length >= MOST_WEBHOOKS)
        throw new Refusal('conflict', `There can be ${MOST_WEBHOOKS} webhooks at most. Remove one that is not used.`)
      const secret = chosenSecret(given)
      const receiver = await receiverAt(url)
      const id = randomUUID()
      const webhook = await rows.insert({
        id,
        user_id: principal.userId,
        url: receiver,
        events: [...new Set(events)],
        secret_sealed: sealer.seal(secret, id),
        created_at: clock.now(),
      })
      return { webhook, secret }
    },

    async update(webhook: WebhookRow, change: { url?: string; events?: EventName[]; is_active?: boolean }) {
      const { url, events, is_active } = change
      if (url === undefined && !events && is_active === undefined) return webhook
      const updated = await rows.update(webhook.id, {
        ...(url !== undefined && { url: await receiverAt(url) }),
        ...(events && { events: [...new Set(events)] }),
        ...(is_active !== undefined && { is_active, disabled_reason: null }),
      })
      return updated ?? webhook
    },

    remove: (webhook: WebhookRow) => rows.delete(webhook.id),

    /** For a day both secrets sign, so that the receiver can change over without losing a message. */
    async rotate(webhook: WebhookRow) {
      const secret = newWebhookSecret()
      const updated = await rows.update(webhook.id, {
        secret_sealed: sealer.seal(secret, webhook.id),
        previous_sealed: webhook.secret_sealed,
        previous_until: new Date(clock.now().getTime() + OVERLAP_MS),
      })
      return { webhook: updated ?? webhook, secret }
    },

    async deliveries(webhook: WebhookRow, limit: number, cursor: string | undefined) {
      const from = readCursor(cursor, 2)
      const after = from && { at: new Date(from[0]!), id: String(from[1]) }
      const found = await rows.deliveries(webhook.id, after, limit + 1)
      const page = found.slice(0, limit)
      const last = page.at(-1)
      return { page, next: found.length > limit && last ? writeCursor(last.created_at.getTime(), last.id) : null }
    },

    /** The same message with the same id once more: a receiver that has it already can tell. */
    async retry(webhook: WebhookRow, deliveryId: string) {
      const delivery = await rows.delivery(webhook.id, deliveryId)
      if (!delivery) throw new Refusal('not_found', 'There is no such delivery.')
      if (!webhook.is_active) throw new Refusal('conflict', 'The webhook is switched off. Switch it on first.')
      return await inTransaction(db, async (tx) => {
        const again = await repository(tx).again(delivery.id)
        await queue.send(deliverWebhook, { delivery_id: delivery.id, attempt: 1 }, { tx, userId: webhook.user_id })
        return again
      })
    },

    async test(webhook: WebhookRow) {
      if (!webhook.is_active) throw new Refusal('conflict', 'The webhook is switched off. Switch it on first.')
      await inTransaction(db, (tx) => enter(tx, webhook.user_id, webhook.id, 'test', { webhook_id: webhook.id }))
    },

    /** Tells all of a person's webhooks that listen to this. Becomes true with the transaction it is called in. */
    async publish(userId: string, event: EventName, data: EventData, tx: Db) {
      for (const { id } of await repository(tx).listening(userId, event)) await enter(tx, userId, id, event, data)
    },
  }
}
export type WebhookService = ReturnType<typeof webhookService>
