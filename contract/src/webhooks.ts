import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { Cursor, Id, Nothing, PageLimit, Time } from './shapes.ts'

export const webhookEvents = [
  'conversation.finished',
  'conversation.failed',
  'job.done',
  'job.failed',
  'usage.quota',
] as const
export const WebhookEvent = z.enum(webhookEvents)

export const Webhook = z
  .object({
    id: z.uuid(),
    url: z.string(),
    events: z.array(WebhookEvent),
    is_active: z.boolean(),
    /** Why it was switched off, when we did it. */
    disabled_reason: z.string().nullable(),
    created_at: Time,
  })
  .meta({ id: 'Webhook' })

export const Delivery = z
  .object({
    id: z.uuid(),
    event: z.string(),
    status: z.enum(['pending', 'delivered', 'failed']),
    attempts: z.int(),
    response_status: z.int().nullable(),
    error: z.string().nullable(),
    created_at: Time,
    next_attempt_at: Time.nullable(),
    delivered_at: Time.nullable(),
  })
  .meta({ id: 'WebhookDelivery' })

const shared = {
  family: 'platform',
  permission: 'webhooks:manage',
  refuses: ['key', 'static'],
} as const
const Url = z.url({ protocol: /^https?$/ }).max(2_000)

export const createWebhook = endpoint({
  ...shared,
  method: 'POST',
  path: '/webhooks',
  summary: 'Be told by a call to your URL; the secret is shown this once',
  body: z.object({
    url: Url,
    events: z.array(WebhookEvent).min(1),
    secret: z
      .string()
      .regex(/^whsec_[A-Za-z0-9+/=]{32,100}$/, { error: 'must be whsec_ and 24 to 64 bytes in base64' })
      .optional(),
  }),
  status: 201,
  answer: z.object({ webhook: Webhook, secret: z.string() }),
  errors: ['bad_request', 'conflict'],
})

export const listWebhooks = endpoint({
  ...shared,
  method: 'GET',
  path: '/webhooks',
  summary: 'My webhooks',
  answer: z.object({ webhooks: z.array(Webhook) }),
})

export const getWebhook = endpoint({
  ...shared,
  method: 'GET',
  path: '/webhooks/:id',
  summary: 'One webhook',
  params: Id,
  answer: z.object({ webhook: Webhook }),
  errors: ['not_found'],
})

export const updateWebhook = endpoint({
  ...shared,
  method: 'PATCH',
  path: '/webhooks/:id',
  summary: 'Change url or events, switch on or off',
  params: Id,
  body: z.strictObject({ url: Url, events: z.array(WebhookEvent).min(1), is_active: z.boolean() }).partial(),
  answer: z.object({ webhook: Webhook }),
  errors: ['not_found'],
})

export const deleteWebhook = endpoint({
  ...shared,
  method: 'DELETE',
  path: '/webhooks/:id',
  summary: 'Remove a webhook',
  params: Id,
  answer: z.object({ message: z.string() }),
  errors: ['not_found'],
})

export const rotateWebhook = endpoint({
  ...shared,
  method: 'POST',
  path: '/webhooks/:id/rotate',
  summary: 'A new secret; for a day both sign',
  params: Id,
  answer: z.object({ webhook: Webhook, secret: z.string() }),
  errors: ['not_found'],
})

export const listDeliveries = endpoint({
  ...shared,
  method: 'GET',
  path: '/webhooks/:id/deliveries',
  summary: 'What was sent and what came back',
  params: Id,
  query: z.object({ limit: PageLimit(50, 200), cursor: Cursor }),
  answer: z.object({ deliveries: z.array(Delivery), next_cursor: z.string().nullable() }),
  errors: ['not_found'],
})

export const retryDelivery = endpoint({
  ...shared,
  method: 'POST',
  path: '/webhooks/:id/deliveries/:delivery_id/retry',
  summary: 'Send it again',
  params: z.object({ id: z.uuid(), delivery_id: z.uuid() }),
  answer: z.object({ delivery: Delivery }),
  errors: ['not_found', 'conflict'],
})

export const testWebhook = endpoint({
  ...shared,
  method: 'POST',
  path: '/webhooks/:id/test',
  summary: 'Send a trial event',
  params: Id,
  answer: Nothing,
  errors: ['not_found', 'conflict'],
})
