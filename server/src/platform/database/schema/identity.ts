import { sql } from 'drizzle-orm'
import { boolean, index, integer, jsonb, pgTable, text, unique, uuid } from 'drizzle-orm/pg-core'
import { createdAt, id, time } from './columns.ts'

export interface UserSettings {
  language: string | null
  notify_long_files: boolean
  keep_audio_days: number | null
  keep_conversations_days: number | null
}

export const users = pgTable('users', {
  id: id(),
  /** Lower case. */
  email: text().notNull().unique(),
  /** Argon2id; none for accounts of an external issuer and for the system user. */
  password_hash: text(),
  name: text(),
  first_name: text(),
  last_name: text(),
  company: text(),
  tz: text().notNull().default('UTC'),
  role: text().$type<'user' | 'admin'>().notNull().default('user'),
  plan: text().$type<'free' | 'pro' | 'enterprise'>().notNull().default('free'),
  is_active: boolean().notNull().default(true),
  is_system: boolean().notNull().default(false),
  email_verified: boolean().notNull().default(false),
  settings: jsonb()
    .$type<UserSettings>()
    .notNull()
    .default({ language: null, notify_long_files: false, keep_audio_days: null, keep_conversations_days: null }),
  created_at: createdAt(),
  updated_at: createdAt(),
  last_login: time(),
})

/** An identity of an external issuer, by which a token finds its user. */
export const identities = pgTable(
  'identities',
  {
    id: id(),
    user_id: uuid()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    issuer: text().notNull(),
    subject: text().notNull(),
    created_at: createdAt(),
  },
  (table) => [unique().on(table.issuer, table.subject), index().on(table.user_id)],
)

/**
 * A signed-in browser or token pair. Refresh tokens are derived from `salt` and `generation` and are never stored:
 * the current one opens the session, the one before it does so for ten seconds, any older one ends it.
 */
export const sessions = pgTable(
  'sessions',
  {
    id: id(),
    user_id: uuid()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    kind: text().$type<'browser' | 'token'>().notNull(),
    salt: text().notNull(),
    generation: integer().notNull().default(0),
    rotated_at: time().notNull().defaultNow(),
    ip: text(),
    user_agent: text(),
    created_at: createdAt(),
    last_seen_at: createdAt(),
    idle_expires_at: time().notNull(),
    expires_at: time().notNull(),
    revoked_at: time(),
  },
  (table) => [index().on(table.user_id), index().on(table.expires_at)],
)

export const revokedTokens = pgTable('revoked_tokens', {
  jti: text().primaryKey(),
  expires_at: time().notNull(),
})

/** Links in mails: verification, reset, change of address, invitation, first set-up. Only hashes are kept. */
export const oneTimeTokens = pgTable(
  'one_time_tokens',
  {
    id: id(),
    user_id: uuid().references(() => users.id, { onDelete: 'cascade' }),
    purpose: text().$type<'verify' | 'reset' | 'change_email' | 'invite' | 'setup'>().notNull(),
    hash: text().notNull().unique(),
    email: text(),
    role: text().$type<'user' | 'admin'>(),
    created_at: createdAt(),
    expires_at: time().notNull(),
    used_at: time(),
  },
  (table) => [index().on(table.user_id, table.purpose)],
)

export const apiKeys = pgTable(
  'api_keys',
  {
    id: id(),
    user_id: uuid()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    name: text().notNull(),
    prefix: text().notNull(),
    hash: text().notNull().unique(),
    created_at: createdAt(),
    expires_at: time(),
    last_used: time(),
    usage_count: integer().notNull().default(0),
    is_active: boolean().notNull().default(true),
    expiry_notified_at: time(),
  },
  (table) => [index().on(table.user_id), index().on(table.expires_at).where(sql`is_active`)],
)

/** Addresses from which an account signed in before, so that guessing elsewhere can not lock its owner out. */
export const knownAddresses = pgTable(
  'known_addresses',
  {
    user_id: uuid()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    address_hash: text().notNull(),
    seen_at: createdAt(),
  },
  (table) => [unique().on(table.user_id, table.address_hash)],
)
