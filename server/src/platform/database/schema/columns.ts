import { customType, timestamp, uuid } from 'drizzle-orm/pg-core'

/** Columns that every table spells the same way. */

export const id = () => uuid().primaryKey().defaultRandom()
/** To the millisecond, as JavaScript counts: a finer time would not survive the way through a cursor. */
export const time = () => timestamp({ withTimezone: true, mode: 'date', precision: 3 })
export const createdAt = () => time().notNull().defaultNow()

export const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' })
export const searchVector = customType<{ data: string }>({ dataType: () => 'tsvector' })
