import { bigserial, index, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { createdAt, time } from './columns.ts'

/** Append-only: a trigger refuses updates and deletes by the application. */
export const audit = pgTable(
  'audit',
  {
    id: bigserial({ mode: 'number' }).primaryKey(),
    at: createdAt(),
    actor_id: uuid(),
    action: text().notNull(),
    subject_id: text(),
    ip: text(),
    details: jsonb().$type<Record<string, unknown>>().notNull().default({}),
  },
  (table) => [index().on(table.at), index().on(table.actor_id, table.at)],
)

/** Files that belong to no row any more, or will not, unless somebody claims them first. The sweep removes them. */
export const doomedFiles = pgTable(
  'doomed_files',
  {
    storage_key: text().primaryKey(),
    /** A key that ends with a slash stands for all below it. */
    remove_after: time().notNull().defaultNow(),
  },
  (table) => [index().on(table.remove_after)],
)
