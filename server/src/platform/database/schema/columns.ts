import { customType, timestamp, uuid } from 'drizzle-orm/pg-core'

/** Columns that every table spells the same way. */

export const id = () => uuid().primaryKey().defaultRandom()
export const time = () => timestamp({ withTimezone: true, mode: 'date' })
export const createdAt = () => time().notNull().defaultNow()

export const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' })
export const searchVector = customType<{ data: string }>({ dataType: () => 'tsvector' })
