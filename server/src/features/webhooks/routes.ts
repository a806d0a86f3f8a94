import {
  createWebhook,
  deleteWebhook,
  getWebhook,
  listDeliveries,
  listWebhooks,
  retryDelivery,
  rotateWebhook,
  testWebhook,
  updateWebhook,
} from '@mina/contract'
import { serve } from '../../access/route.ts'
import type { DeliveryRow, WebhookRow } from './repository.ts'
import type { EventName, WebhookService } from './service.ts'

const present = ({ id, url, events, is_active, disabled_reason, created_at }: WebhookRow) => ({
  ...{ id, url, is_active, disabled_reason },
  events: events as EventName[],
  created_at: created_at.toISOString(),
})

const presentDelivery = (it: DeliveryRow) => ({
  id: it.id,
  event: it.event,
  status: it.status,
  attempts: it.attempts,
  response_status: it.response_status,
  error: it.error,
  created_at: it.created_at.toISOString(),
  next_attempt_at: it.next_attempt_at?.toISOString() ?? null,
  delivered_at: it.delivered_at?.toISOString() ?? null,
})

export const webhookRoutes = (webhooks: WebhookService) => [
  serve(createWebhook, async ({ principal, body }) => {
    const { webhook, secret } = await webhooks.create(principal, body)
    return { webhook: present(webhook), secret }
  }),
  serve(listWebhooks, async ({ principal }) => ({ webhooks: (await webhooks.list(principal)).map(present) })),
  serve(getWebhook, async ({ principal, params }) => ({ webhook: present(await webhooks.open(principal, params.id)) })),
  serve(updateWebhook, async ({ principal, params, body }) => ({
    webhook: present(await webhooks.update(await webhooks.open(principal, params.id), body)),
  })),
  serve(deleteWebhook, async ({ principal, params }) => {
    await webhooks.remove(await webhooks.open(principal, params.id))
    return { message: 'Webhook deleted' }
  }),
  serve(rotateWebhook, async ({ principal, params }) => {
    const { webhook, secret } = await webhooks.rotate(await webhooks.open(principal, params.id))
    return { webhook: present(webhook), secret }
  }),
  serve(listDeliveries, async ({ principal, params, query }) => {
    const webhook = await webhooks.open(principal, params.id)
    const { page, next } = await webhooks.deliveries(webhook, query.limit, query.cursor)
    return { deliveries: page.map(presentDelivery), next_cursor: next }
  }),
  serve(retryDelivery, async ({ principal, params }) => {
    const webhook = await webhooks.open(principal, params.id)
    return { delivery: presentDelivery(await webhooks.retry(webhook, params.delivery_id)) }
  }),
  serve(testWebhook, async ({ principal, params }) => {
    await webhooks.test(await webhooks.open(principal, params.id))
    return {}
  }),
]
