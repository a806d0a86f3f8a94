import { and, desc, eq, exists, getTableColumns, gt, inArray, isNotNull, isNull, or, type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import type { Db } from '../../platform/database/connect.ts'
import { isoTime } from '../../platform/database/schema/columns.ts'
import { conversations, recordings, shares, tasks } from '../../platform/database/schema/index.ts'
import type { ConversationRow } from './rows.ts'

export interface ListFilter {
  status?: ConversationRow['status'] | undefined
  tag?: string | undefined
  filter?: 'open_tasks' | 'shared' | 'attention' | undefined
  language?: string | undefined
  since?: string | undefined
  until?: string | undefined
  before?: { createdAt: Date; id: string } | null
  limit: number
}

/** Nested conditions keep their tables' names; columns named directly in a field of a select lose them. */
const openTask = and(eq(tasks.conversation_id, conversations.id), eq(tasks.status, 'open'))
const openTasks = sql<number>`(select count(*)::int from ${tasks} where ${openTask})`
const liveShare = (db: Db, now: Date | SQL) =>
  db
    .select({ one: sql`1` })
    .from(shares)
    .where(
      and(
        eq(shares.conversation_id, conversations.id),
        isNull(shares.revoked_at),
        or(isNull(shares.expires_at), sql`${shares.expires_at} > ${now instanceof Date ? now.toISOString() : now}`),
      ),
    )

/** Without its region. */
const languageOf = sql<string>`lower(split_part(${conversations.language}, '-', 1))`

const { id, title, duration_ms, word_count, status, source, language, speakers, tags, progress, failure, opening } =
  getTableColumns(conversations)
const written = (moment: PgColumn) => sql<string>`${moment}`.mapWith(isoTime)

/** What the list shows. */
const shown = {
  ...{ id, title, duration_ms, word_count, status, source, language, speakers, tags, progress, failure, opening },
  created_at: written(conversations.created_at),
  updated_at: written(conversations.updated_at),
  open_tasks: openTasks,
}

/** What is read for a page, whatever length was asked for: each limit is a statement of its own, see `repeated.ts`. */
const ROWS_OF_A_PAGE = [21, 51]

const { placeholder } = sql

/** The list of a person's conversations, and what is done to many of them at once. Every statement names the owner. */
export const libraryRows = (db: Db) => {
  const listed = (now: Date | SQL) => ({ ...shown, shared: sql<boolean>`exists (${liveShare(db, now)})` })

  const mine = (userId: string) => and(eq(conversations.user_id, userId), isNull(conversations.deleted_at))

  const conditions: Record<string, SQL | undefined> = {
    status: eq(conversations.status, placeholder('status')),
    tag: sql`${conversations.tags} @> array[${placeholder('tag')}]::text[]`,
    open_tasks: exists(db.select({ one: sql`1` }).from(tasks).where(openTask)),
    shared: exists(liveShare(db, sql`${placeholder('now')}::timestamptz`)),
    attention: eq(conversations.status, 'failed'),
    language: sql`${languageOf} = ${placeholder('language')}`,
    since: sql`${conversations.created_at} >= ${placeholder('since')}::timestamptz`,
    until: sql`${conversations.created_at} < ${placeholder('until')}::timestamptz`,
    before: sql`(${conversations.created_at}, ${conversations.id})
      < (${placeholder('createdAt')}::timestamptz, ${placeholder('id')}::uuid)`,
  }
  const prepareList = (kind: string) =>
    db
      .select(listed(sql`${placeholder('now')}::timestamptz`))
      .from(conversations)
      .where(
        and(
          eq(conversations.user_id, placeholder('userId')),
          isNull(conversations.deleted_at),
          ...Object.entries(conditions).map(([name, it]) => (kind.split('+').includes(name) ? it : undefined)),
        ),
      )
      .orderBy(desc(conversations.created_at), desc(conversations.id))
      .limit(placeholder('limit'))
      .prepare(`conversations_${kind}`)
  const lists = new Map<string, ReturnType<typeof prepareList>>()

  return {
    /** At least so many, where there are more. */
    list(userId: string, { filter, before, limit, ...asked }: ListFilter) {
      const { status, tag, since, until } = asked
      const language = asked.language?.split('-')[0]?.toLowerCase()
      const plain = Object.entries({ status, tag, language, since, until, before })
      const kind = [filter, ...plain.map(([name, value]) => value && name)].filter(Boolean).join('+')
      const query = lists.get(kind) ?? prepareList(kind)
      lists.set(kind, query)
      return query.execute({
        ...{ userId, status, tag, language, since, until, now: new Date().toISOString() },
        limit: ROWS_OF_A_PAGE.find((it) => it >= limit) ?? limit,
        ...(before && { createdAt: before.createdAt.toISOString(), id: before.id }),
      })
    },

    /** Some of mine by id, in the shape of the list. */
    listByIds: (userId: string, ids: string[]) =>
      db
        .select(listed(new Date()))
        .from(conversations)
        .where(and(mine(userId), inArray(conversations.id, ids))),

    /** Each count by itself, so that each goes by an index instead of row after row. */
    async counts(userId: string) {
      const shared = exists(liveShare(db, new Date()))
      const opened = exists(db.select({ one: sql`1` }).from(tasks).where(openTask))
      const count = (more?: SQL) => db.$count(conversations, and(mine(userId), more))
      const [total, attention, open_tasks, sharedCount, tags, languages, space] = await Promise.all([
        count(),
        count(eq(conversations.status, 'failed')),
        count(opened),
        count(shared),
        db
          .select({ name: sql<string>`tag`, count: sql<number>`count(*)::int` })
          .from(sql`${conversations}, unnest(${conversations.tags}) as tag`)
          .where(and(mine(userId), sql`${conversations.tags} <> '{}'`))
          .groupBy(sql`tag`)
          .orderBy(sql`count(*) desc, tag`)
          .limit(200),
        db
          .select({ name: sql<string>`${languageOf} as name`, count: sql<number>`count(*)::int` })
          .from(conversations)
          .where(and(mine(userId), isNotNull(conversations.language)))
          .groupBy(sql`1`)
          .orderBy(sql`2 desc, 1`)
          .limit(50),
        db
          .select({ bytes: sql<number>`coalesce(sum(${recordings.size}), 0)::float8` })
          .from(recordings)
          .where(and(eq(recordings.user_id, userId), isNull(recordings.removed_at))),
      ])
      return { total, attention, open_tasks, shared: sharedCount, tags, languages, storage_bytes: space[0]!.bytes }
    },

    async hide(userId: string, ids: string[], at: Date) {
      return await db.transaction(async (tx) => {
        const rows = await tx
          .update(conversations)
          .set({ deleted_at: at })
          .where(and(mine(userId), inArray(conversations.id, ids)))
          .returning({ id: conversations.id })
        const hidden = rows.map((row) => row.id)
        if (hidden.length > 0)
          await tx
            .update(shares)
            .set({ revoked_at: at })
            .where(and(inArray(shares.conversation_id, hidden), isNull(shares.revoked_at)))
        return hidden
      })
    },

    async restore(userId: string, ids: string[], since: Date) {
      const rows = await db
        .update(conversations)
        .set({ deleted_at: null })
        .where(
          and(eq(conversations.user_id, userId), inArray(conversations.id, ids), gt(conversations.deleted_at, since)),
        )
        .returning({
          id: conversations.id,
          status: conversations.status,
          progress: conversations.progress,
          title: conversations.title,
        })
      return rows
    },

    async tag(userId: string, ids: string[], tag: string, add: boolean) {
      const rows = await db
        .update(conversations)
        .set({
          tags: add
            ? sql`case when ${tag} = any(${conversations.tags}) then ${conversations.tags} else array_append(${conversations.tags}, ${tag}) end`
            : sql`array_remove(${conversations.tags}, ${tag})`,
          revision: sql`${conversations.revision} + 1`,
        })
        .where(and(mine(userId), inArray(conversations.id, ids)))
        .returning({ id: conversations.id })
      return rows.map((row) => row.id)
    },
  }
}

export type LibraryRows = ReturnType<typeof libraryRows>
export type ListedRow = Awaited<ReturnType<LibraryRows['list']>>[number]
