import { bigint, integer, pgTable, text } from 'drizzle-orm/pg-core'

/** In the shape that rate-limiter-flexible expects. */
export const rateLimits = pgTable('rate_limits', {
  key: text().primaryKey(),
  points: integer().notNull().default(0),
  expire: bigint({ mode: 'number' }),
})
