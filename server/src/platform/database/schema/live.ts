import { bigint, index, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { bytes, createdAt, id, time } from './columns.ts'
import { conversations } from './conversations.ts'
import { users } from './identity.ts'

/** A running or resumable recording. `fence` grows with each writer: an older writer's chunks are refused. */
export const liveSessions = pgTable(
  'live_sessions',
  {
    id: id(),
    conversation_id: uuid()
      .notNull()
      .unique()
      .references(() => conversations.id, { onDelete: 'cascade' }),
    user_id: uuid()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    auth_session_id: uuid(),
    resume_hash: text().notNull().unique(),
    kind: text().$type<'app' | 'audio-stream' | 'deepgram'>().notNull().default('app'),
    state: text().$type<'active' | 'paused' | 'orphaned' | 'finished'>().notNull().default('active'),
    fence: integer().notNull().default(0),
    process: text(),
    sample_rate: integer().notNull(),
    language: text(),
    provider: text(),
    next_seq: integer().notNull().default(0),
    kept_bytes: bigint({ mode: 'number' }).notNull().default(0),
    /** How far captions are saved, in milliseconds of stored audio. */
    transcribed_ms: integer().notNull().default(0),
    started_at: createdAt(),
    seen_at: createdAt(),
    finished_at: time(),
  },
  (table) => [index().on(table.user_id, table.state), index().on(table.state, table.seen_at)],
)

/** Chunks of sessions whose audio can not be appended to a local file: moved into one object when the session ends. */
export const liveChunks = pgTable(
  'live_chunks',
  {
    session_id: uuid()
      .notNull()
      .references(() => liveSessions.id, { onDelete: 'cascade' }),
    seq: integer().notNull(),
    pcm: bytes().notNull(),
  },
  (table) => [primaryKey({ columns: [table.session_id, table.seq] })],
)
