import { sql } from 'drizzle-orm'
import { bigserial, doublePrecision, index, jsonb, pgTable, real, text, uuid } from 'drizzle-orm/pg-core'
import { createdAt, id, time } from './columns.ts'
import { users } from './identity.ts'

export const jobs = pgTable(
  'jobs',
  {
    id: id(),
    user_id: uuid()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    type: text().$type<'transcription' | 'translation'>().notNull(),
    status: text().$type<'queued' | 'processing' | 'done' | 'failed'>().notNull().default('queued'),
    progress: real().notNull().default(0),
    input_ref: text(),
    /** Where the input is kept once it is ours: the upload, or what a link led to. */
    input_key: text(),
    input_bytes: doublePrecision().notNull().default(0),
    options: jsonb()
      .$type<{ language?: string; target_language?: string; provider?: string; diarize?: boolean }>()
      .notNull()
      .default({}),
    error_message: text(),
    /** What was counted against the month, until the work is settled or the count is given back. */
    reserved: jsonb().$type<{ month: string; audio_seconds: number; jobs: number }>(),
    /** What the caller calls this request, and what it was: the same once more makes no second job. */
    idempotency_key: text(),
    request_hash: text(),
    /** Who asked from where, for the usage log. */
    caller: jsonb().$type<{ key_id?: string; ip?: string; user_agent?: string }>().notNull().default({}),
    created_at: createdAt(),
    completed_at: time(),
  },
  (table) => [
    index().on(table.user_id, table.created_at),
    index('jobs_by_key').on(table.user_id, table.idempotency_key).where(sql`idempotency_key is not null`),
  ],
)

export const artifacts = pgTable(
  'artifacts',
  {
    id: id(),
    job_id: uuid()
      .notNull()
      .references(() => jobs.id, { onDelete: 'cascade' }),
    user_id: uuid().notNull(),
    kind: text().$type<'transcript' | 'translation' | 'srt' | 'json'>().notNull(),
    storage_ref: text().notNull(),
    size: doublePrecision().notNull(),
    created_at: createdAt(),
  },
  (table) => [index().on(table.job_id)],
)

/** What pages are told by server-sent events; kept for a while, so that a page that was away catches up. */
export const events = pgTable(
  'events',
  {
    id: bigserial({ mode: 'number' }).primaryKey(),
    user_id: uuid().notNull(),
    kind: text().notNull(),
    data: jsonb().notNull(),
    at: createdAt(),
  },
  (table) => [index().on(table.user_id, table.id), index().on(table.at)],
)
