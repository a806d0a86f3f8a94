import { customType, timestamp, uuid } from 'drizzle-orm/pg-core'

/** Columns that every table spells the same way. */

export const id = () => uuid().primaryKey().defaultRandom()
/** To the millisecond, as JavaScript counts: a finer time would not survive the way through a cursor. */
export const time = () => timestamp({ withTimezone: true, mode: 'date', precision: 3 })
export const createdAt = () => time().notNull().defaultNow()

/**
 * A moment as the API writes it, from the database's text: `2026-03-01 09:30:00.12+00`. As a Date and back it would cost a
 * list more than all else that is done to its rows.
 */
export function isoTime(text: string): string {
  if (!text.endsWith('+00')) return new Date(text).toISOString()
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${text.slice(20, -3).padEnd(3, '0')}Z`
}

export const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' })
export const searchVector = customType<{ data: string }>({ dataType: () => 'tsvector' })
