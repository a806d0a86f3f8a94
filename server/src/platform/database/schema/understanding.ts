import type { Insights } from '@mina/contract'
import { integer, jsonb, pgTable, primaryKey, real, text, unique, uuid } from 'drizzle-orm/pg-core'
import { createdAt, id, time } from './columns.ts'
import { conversations } from './conversations.ts'
import { users } from './identity.ts'

export const conversationTranslations = pgTable(
  'conversation_translations',
  {
    id: id(),
    conversation_id: uuid()
      .notNull()
      .references(() => conversations.id, { onDelete: 'cascade' }),
    transcript_id: uuid().notNull(),
    language: text().notNull(),
    version: integer().notNull().default(1),
    engine: text().notNull(),
    /** What its caller asked for by name; the next version keeps to it. */
    glossary: jsonb().$type<Record<string, string>>().notNull().default({}),
    /** That and the words of the vocabulary as they were; null where a version is older than this column. */
    terms: jsonb().$type<Record<string, string>>(),
    status: text().$type<'queued' | 'running' | 'done' | 'failed'>().notNull().default('queued'),
    progress: real().notNull().default(0),
    error: text(),
    created_at: createdAt(),
    /** Moves while work goes on: what stands still for long was lost, and may be begun again. */
    updated_at: createdAt(),
  },
  (table) => [unique('translation_versions').on(table.conversation_id, table.language, table.version)],
)

export const translatedSegments = pgTable(
  'translated_segments',
  {
    translation_id: uuid()
      .notNull()
      .references(() => conversationTranslations.id, { onDelete: 'cascade' }),
    segment_id: uuid().notNull(),
    /** The segment's revision that was translated: an edit makes it stale. */
    revision: integer().notNull(),
    text: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.translation_id, table.segment_id] })],
)

export const conversationInsights = pgTable(
  'conversation_insights',
  {
    id: id(),
    conversation_id: uuid()
      .notNull()
      .references(() => conversations.id, { onDelete: 'cascade' }),
    version: integer().notNull(),
    template: text().notNull(),
    engine: text().$type<'auto' | 'embedded' | 'model'>().notNull(),
    status: text().$type<'queued' | 'running' | 'done' | 'failed'>().notNull().default('queued'),
    progress: real().notNull().default(0),
    error: text(),
    content: jsonb().$type<Insights>(),
    /** Which words were read, and when: what was edited later makes it stale. */
    transcript_id: uuid(),
    read_at: time(),
    created_at: createdAt(),
    updated_at: createdAt(),
  },
  (table) => [unique().on(table.conversation_id, table.version)],
)

export const insightTemplates = pgTable(
  'insight_templates',
  {
    id: id(),
    user_id: uuid()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    name: text().notNull(),
    instructions: text().notNull(),
    /** The built-in template that this stands in for. */
    replaces: text(),
    created_at: createdAt(),
  },
  (table) => [unique().on(table.user_id, table.name), unique().on(table.user_id, table.replaces)],
)

/** Words that the user's recordings are likely to hold, and what engines made of them. */
export const vocabulary = pgTable(
  'vocabulary',
  {
    id: id(),
    user_id: uuid()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    word: text().notNull(),
    heard_as: text().array().notNull().default([]),
    created_at: createdAt(),
  },
  (table) => [unique().on(table.user_id, table.word)],
)
