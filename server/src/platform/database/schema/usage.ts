import {
  bigserial,
  boolean,
  date,
  doublePrecision,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uuid,
} from 'drizzle-orm/pg-core'
import { createdAt, id, time } from './columns.ts'
import { users } from './identity.ts'

export const usageEvents = pgTable(
  'usage_events',
  {
    id: bigserial({ mode: 'number' }).primaryKey(),
    user_id: uuid()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    key_id: uuid(),
    at: createdAt(),
    service: text().notNull(),
    endpoint: text().notNull(),
    audio_seconds: doublePrecision().notNull().default(0),
    tokens: integer().notNull().default(0),
    characters: integer().notNull().default(0),
    cost_usd: doublePrecision().notNull().default(0),
    ip: text(),
    user_agent: text(),
  },
  (table) => [index().on(table.user_id, table.at)],
)

/** The month's sums, which quotas are held against: reserved when work is accepted, given back when it fails. */
export const usageMonths = pgTable(
  'usage_months',
  {
    user_id: uuid()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** The first day of the month, UTC. */
    month: date({ mode: 'string' }).notNull(),
    api_calls: integer().notNull().default(0),
    audio_seconds: doublePrecision().notNull().default(0),
    jobs: integer().notNull().default(0),
    quota_notified: boolean().notNull().default(false),
  },
  (table) => [primaryKey({ columns: [table.user_id, table.month] })],
)

/** A customer code belongs to the first account that uses it. */
export const billingCodes = pgTable('billing_codes', {
  code: text().primaryKey(),
  user_id: uuid()
    .notNull()
    .references(() => users.id, { onDelete: 'cascade' }),
  sheet_id: text(),
})

export const billingRows = pgTable(
  'billing_rows',
  {
    id: id(),
    user_id: uuid()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    code: text().notNull(),
    filename: text().notNull(),
    duration_min: doublePrecision().notNull(),
    cost_per_minute: doublePrecision().notNull(),
    total_cost: doublePrecision().notNull(),
    at: createdAt(),
    in_sheet_at: time(),
  },
  (table) => [index().on(table.user_id, table.at)],
)
