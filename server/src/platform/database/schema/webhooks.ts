import { boolean, index, integer, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { createdAt, id, time } from './columns.ts'
import { users } from './identity.ts'

export const webhooks = pgTable(
  'webhooks',
  {
    id: id(),
    user_id: uuid()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    url: text().notNull(),
    events: text().array().notNull(),
    /** Sealed with the instance's secret: signing needs the secret itself, not its hash. */
    secret_sealed: text().notNull(),
    /** The secret before the last rotation, which signs too until then. */
    previous_sealed: text(),
    previous_until: time(),
    is_active: boolean().notNull().default(true),
    disabled_reason: text(),
    created_at: createdAt(),
  },
  (table) => [index().on(table.user_id)],
)

export const webhookDeliveries = pgTable(
  'webhook_deliveries',
  {
    id: id(),
    webhook_id: uuid()
      .notNull()
      .references(() => webhooks.id, { onDelete: 'cascade' }),
    event: text().notNull(),
    payload: jsonb().notNull(),
    status: text().$type<'pending' | 'delivered' | 'failed'>().notNull().default('pending'),
    attempts: integer().notNull().default(0),
    response_status: integer(),
    error: text(),
    created_at: createdAt(),
    next_attempt_at: time(),
    delivered_at: time(),
  },
  (table) => [index().on(table.webhook_id, table.created_at)],
)
