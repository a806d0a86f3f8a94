import { UNTITLED } from '@mina/contract'
import { sql } from 'drizzle-orm'
import { boolean, doublePrecision, index, integer, jsonb, pgTable, real, text, unique, uuid } from 'drizzle-orm/pg-core'
import { bytes, createdAt, id, searchVector, time } from './columns.ts'
import { users } from './identity.ts'

/**
 * Words to find a text by. Scripts that write no spaces (Chinese, Japanese, Thai, Lao, Burmese, Khmer) are taken
 * sign by sign, so that a search finds any run of signs as a phrase. Signs of markup stand apart: PostgreSQL's parser
 * would leave out what looks like a tag.
 */
const searchable = (column: string) =>
  sql.raw(
    `to_tsvector('mina_simple', regexp_replace(${column}, '([<>&\\u0E00-\\u0EFF\\u1000-\\u109F\\u1780-\\u17FF\\u3040-\\u30FF\\u3400-\\u9FFF\\uF900-\\uFAFF])', ' \\1 ', 'g'))`,
  )

export interface StoredWarning {
  code: string
  message: string
}

export interface StoredProgress {
  percent: number
  speed: number | null
  left_s: number | null
  phase: 'waiting' | 'uploading' | 'decoding' | 'transcribing' | 'improving' | 'saving'
}

export interface StoredWord {
  text: string
  start_ms: number
  end_ms: number
  confidence?: number | null
}

export interface StoredSpan {
  start_ms: number
  end_ms: number
  state: 'transcribed' | 'silent' | 'pending' | 'failed'
}

export const conversations = pgTable(
  'conversations',
  {
    id: id(),
    user_id: uuid()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    title: text().notNull().default(UNTITLED),
    created_at: createdAt(),
    updated_at: createdAt(),
    duration_ms: integer().notNull().default(0),
    word_count: integer().notNull().default(0),
    status: text().$type<'draft' | 'live' | 'processing' | 'final' | 'failed'>().notNull(),
    source: text().$type<'realtime' | 'upload' | 'stream' | 'link' | 'sample'>().notNull(),
    language: text(),
    tags: text().array().notNull().default([]),
    /** Names in the order of their first words, kept for the list. */
    speakers: text().array().notNull().default([]),
    /** The first words, kept for the list. */
    opening: text().notNull().default(''),
    revision: integer().notNull().default(0),
    /** The transcript that is read; earlier ones stay. */
    transcript_id: uuid(),
    progress: jsonb().$type<StoredProgress>(),
    failure: jsonb().$type<{ code: string; message: string }>(),
    warnings: jsonb().$type<StoredWarning[]>().notNull().default([]),
    deleted_at: time(),
    title_search: searchVector().generatedAlwaysAs(searchable('title')),
  },
  (table) => [
    index('conversations_by_user').on(table.user_id, table.created_at, table.id).where(sql`deleted_at is null`),
    index('conversations_by_status').on(table.user_id, table.status, table.created_at).where(sql`deleted_at is null`),
    index('conversations_deleted').on(table.deleted_at).where(sql`deleted_at is not null`),
    // A segment that changes finds its conversation by this.
    index('conversations_by_transcript').on(table.transcript_id),
    index('conversations_by_tag').using('gin', table.user_id, table.tags),
    // Few have tags: to count them, nobody looks at the others.
    index('conversations_tagged').on(table.user_id).where(sql`deleted_at is null and tags <> '{}'`),
    index('conversations_by_title').using('gin', table.user_id, table.title_search),
  ],
)

/** The sound of a conversation, where it lies and what it is. Gone when retention removed it. */
export const recordings = pgTable(
  'recordings',
  {
    conversation_id: uuid()
      .primaryKey()
      .references(() => conversations.id, { onDelete: 'cascade' }),
    user_id: uuid()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    storage_key: text().notNull(),
    filename: text().notNull(),
    /** Ours, from the content: never the uploader's word. */
    media_type: text().notNull(),
    size: doublePrecision().notNull(),
    sha256: text().notNull(),
    duration_ms: integer().notNull().default(0),
    channels: integer().notNull().default(1),
    /** One byte a point, 0 to 255. */
    peaks: bytes(),
    created_at: createdAt(),
    removed_at: time(),
  },
  (table) => [index().on(table.user_id, table.sha256)],
)

/** One recognition pass; the newest good one is read. */
export const transcripts = pgTable(
  'transcripts',
  {
    id: id(),
    conversation_id: uuid()
      .notNull()
      .references(() => conversations.id, { onDelete: 'cascade' }),
    version: integer().notNull(),
    engine: text().notNull(),
    model: text(),
    language: text(),
    options: jsonb().$type<{ language?: string; provider?: string; diarize?: boolean }>().notNull().default({}),
    word_count: integer().notNull().default(0),
    status: text().$type<'running' | 'done' | 'failed'>().notNull(),
    completeness: jsonb().$type<StoredSpan[]>().notNull().default([]),
    created_at: createdAt(),
  },
  (table) => [unique().on(table.conversation_id, table.version)],
)

export const segments = pgTable(
  'segments',
  {
    id: id(),
    conversation_id: uuid()
      .notNull()
      .references(() => conversations.id, { onDelete: 'cascade' }),
    transcript_id: uuid()
      .notNull()
      .references(() => transcripts.id, { onDelete: 'cascade' }),
    /** Repeated here so that search finds a user's words by one index. */
    user_id: uuid().notNull(),
    idx: integer().notNull(),
    revision: integer().notNull().default(0),
    start_ms: integer().notNull(),
    end_ms: integer().notNull(),
    text: text().notNull(),
    /** What the engine said, once a person changed it. */
    original_text: text(),
    /** What the engine said, where the user's vocabulary put it right. */
    uncorrected: text(),
    is_final: boolean().notNull(),
    speaker: text(),
    confidence: real(),
    words: jsonb().$type<StoredWord[]>(),
    words_estimated: boolean().notNull().default(false),
    doubtful: boolean().notNull().default(false),
    word_count: integer().notNull().default(0),
    edited_at: time(),
    search: searchVector().generatedAlwaysAs(searchable('text')),
  },
  (table) => [
    unique('segments_by_transcript').on(table.transcript_id, table.idx),
    index('segments_by_conversation').on(table.conversation_id, table.idx),
    index('segments_by_words').using('gin', table.user_id, table.search),
    index('segments_by_trigrams').using('gin', table.user_id, table.text.op('gin_trgm_ops')),
  ],
)

/** What a person changed, with both sides, so that it can be shown, undone and made again. */
export const edits = pgTable(
  'edits',
  {
    id: id(),
    conversation_id: uuid()
      .notNull()
      .references(() => conversations.id, { onDelete: 'cascade' }),
    user_id: uuid().notNull(),
    segment_id: uuid(),
    kind: text().$type<'text' | 'speaker' | 'delete' | 'split' | 'merge' | 'rename_speaker' | 'replace'>().notNull(),
    summary: text().notNull(),
    before: jsonb().notNull(),
    after: jsonb().notNull(),
    at: createdAt(),
    undone_at: time(),
  },
  (table) => [index().on(table.conversation_id, table.at)],
)

export const highlights = pgTable(
  'highlights',
  {
    id: id(),
    conversation_id: uuid()
      .notNull()
      .references(() => conversations.id, { onDelete: 'cascade' }),
    segment_id: uuid(),
    text: text().notNull(),
    label: text().notNull().default(''),
    colour: text().notNull().default('yellow'),
    start_ms: integer().notNull(),
    end_ms: integer().notNull(),
    created_at: createdAt(),
  },
  (table) => [index().on(table.conversation_id, table.start_ms)],
)

export const tasks = pgTable(
  'tasks',
  {
    id: id(),
    conversation_id: uuid()
      .notNull()
      .references(() => conversations.id, { onDelete: 'cascade' }),
    segment_id: uuid(),
    start_ms: integer(),
    text: text().notNull(),
    assignee: text().notNull().default(''),
    /** A day or a moment, as it was given. */
    due_date: text(),
    status: text().$type<'open' | 'done'>().notNull().default('open'),
    created_at: createdAt(),
  },
  (table) => [
    index().on(table.conversation_id, table.created_at),
    index('tasks_open').on(table.conversation_id).where(sql`status = 'open'`),
  ],
)

export const shares = pgTable(
  'shares',
  {
    id: id(),
    conversation_id: uuid()
      .notNull()
      .references(() => conversations.id, { onDelete: 'cascade' }),
    token_hash: text().notNull().unique(),
    created_at: createdAt(),
    expires_at: time(),
    revoked_at: time(),
    can_comment: boolean().notNull().default(false),
    can_listen: boolean().notNull().default(false),
    views: integer().notNull().default(0),
  },
  (table) => [index().on(table.conversation_id)],
)

export const comments = pgTable(
  'comments',
  {
    id: id(),
    conversation_id: uuid()
      .notNull()
      .references(() => conversations.id, { onDelete: 'cascade' }),
    share_id: uuid()
      .notNull()
      .references(() => shares.id, { onDelete: 'cascade' }),
    name: text().notNull(),
    text: text().notNull(),
    at_ms: integer(),
    created_at: createdAt(),
  },
  (table) => [index().on(table.conversation_id, table.created_at)],
)
