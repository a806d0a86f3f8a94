import {
  and,
  desc,
  eq,
  exists,
  getTableColumns,
  gt,
  inArray,
  isNotNull,
  isNull,
  lt,
  ne,
  or,
  type SQL,
  sql,
} from 'drizzle-orm'
import type { Principal } from '../../access/principal.ts'
import type { Db } from '../../platform/database/connect.ts'
import { prepared } from '../../platform/database/prepared.ts'
import {
  conversations,
  liveSessions,
  recordings,
  segments,
  shares,
  tasks,
  transcripts,
  UNTITLED,
} from '../../platform/database/schema/index.ts'
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

const { title_search, ...columns } = getTableColumns(conversations)

const { placeholder } = sql

/** What is shown with a conversation and stands in other tables. */
export interface Around {
  open_tasks: number
  shared: boolean
  has_audio: boolean
  engine: string | null
  model: string | null
  transcript_version: number
  /** An earlier conversation of the same person with the very same recording. */
  duplicate_of: string | null
}

const lookingAround = prepared<Around>(
  'around_conversation',
  sql`
    select
      (select count(*)::int from tasks where conversation_id = it.id and status = 'open') as open_tasks,
      exists (select 1 from shares where conversation_id = it.id and revoked_at is null
        and (expires_at is null or expires_at > ${placeholder('now')}::timestamptz)) as shared,
      exists (select 1 from recordings where conversation_id = it.id and removed_at is null) as has_audio,
      t.engine, t.model, coalesce(t.version, 1) as transcript_version,
      (select earlier.conversation_id from recordings mine
        join recordings earlier on earlier.user_id = mine.user_id and earlier.sha256 = mine.sha256
          and earlier.created_at < mine.created_at
        join conversations c on c.id = earlier.conversation_id and c.deleted_at is null
        where mine.conversation_id = it.id
        order by earlier.created_at limit 1) as duplicate_of
    from (select ${placeholder('id')}::uuid as id) it
    left join transcripts t on t.id = ${placeholder('transcript_id')}::uuid`,
)

export interface NewConversation extends Pick<ConversationRow, 'user_id' | 'language' | 'source'> {
  title?: string
  /** Who makes its text. */
  engine: string
}

/** A conversation and its first, empty transcript, which name each other: two ids are known before both rows. */
const beginning = prepared<{ id: string }>(
  'begin_conversation',
  sql`
    with made as (
      insert into conversations (user_id, title, language, status, source, transcript_id)
      values (${placeholder('user_id')}::uuid, ${placeholder('title')}::text, ${placeholder('language')}::text,
        'live', ${placeholder('source')}::text, gen_random_uuid())
      returning id, transcript_id
    )
    insert into transcripts (id, conversation_id, version, engine, status)
    select transcript_id, id, 1, ${placeholder('engine')}::text, 'done' from made
    returning conversation_id as id`,
)

/** The rows of conversations. Every look-up names the owner: a stranger's row is as good as none. */
export const conversationRepository = (db: Db) => {
  const listed = () => ({
    ...columns,
    open_tasks: openTasks,
    shared: sql<boolean>`exists (${liveShare(db, new Date())})`,
  })

  const mine = (userId: string) => and(eq(conversations.user_id, userId), isNull(conversations.deleted_at))

  // What nearly every request asks is prepared once: half of its cost would be to say it anew.
  const byId = and(eq(conversations.id, placeholder('id')), isNull(conversations.deleted_at))
  const ofAnybody = db.select(columns).from(conversations).where(byId).prepare('conversation')
  const ofOwner = db
    .select(columns)
    .from(conversations)
    .where(and(byId, eq(conversations.user_id, placeholder('userId'))))
    .prepare('conversation_of_owner')

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
      .select({ ...listed(), shared: sql<boolean>`exists (${liveShare(db, sql`${placeholder('now')}::timestamptz`)})` })
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

  const begin = async ({ title = UNTITLED, ...it }: NewConversation): Promise<string> => {
    const [made] = await beginning(db, { title, ...it })
    return made!.id
  }

  const update = async (id: string, it: Partial<ConversationRow>): Promise<ConversationRow | null> => {
    const [row] = await db
      .update(conversations)
      .set({ ...it, updated_at: new Date(), revision: sql`${conversations.revision} + 1` })
      .where(eq(conversations.id, id))
      .returning(columns)
    return row ?? null
  }

  return {
    async find(principal: Pick<Principal, 'userId'>, id: string): Promise<ConversationRow | null> {
      const [row] = await ofOwner.execute({ id, userId: principal.userId })
      return row ?? null
    },

    /** For work that has no caller: the worker, the sweep. */
    async byId(id: string): Promise<ConversationRow | null> {
      const [row] = await ofAnybody.execute({ id })
      return row ?? null
    },

    begin,

    async insert(it: NewConversation): Promise<ConversationRow> {
      const [row] = await ofAnybody.execute({ id: await begin(it) })
      return row!
    },

    update,

    /** null: it was finished already. */
    async finalize(id: string): Promise<ConversationRow | null> {
      const [row] = await db
        .update(conversations)
        .set({ status: 'final', updated_at: new Date(), revision: sql`${conversations.revision} + 1` })
        .where(and(eq(conversations.id, id), ne(conversations.status, 'final')))
        .returning(columns)
      return row ?? null
    },

    list(userId: string, { filter, before, limit, ...asked }: ListFilter) {
      const { status, tag, since, until } = asked
      const language = asked.language?.split('-')[0]?.toLowerCase()
      const plain = Object.entries({ status, tag, language, since, until, before })
      const kind = [filter, ...plain.map(([name, value]) => value && name)].filter(Boolean).join('+')
      const query = lists.get(kind) ?? prepareList(kind)
      lists.set(kind, query)
      return query.execute({
        ...{ userId, status, tag, language, since, until, limit, now: new Date().toISOString() },
        ...(before && { createdAt: before.createdAt.toISOString(), id: before.id }),
      })
    },

    /** Some of mine by id, in the shape of the list. */
    listByIds: (userId: string, ids: string[]) =>
      db
        .select(listed())
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
        .returning({ id: conversations.id })
      return rows.map((row) => row.id)
    },

    /** Deleted before this moment, whoever's: for the sweep. */
    doomed: (before: Date, limit: number) =>
      db
        .select({ id: conversations.id, user_id: conversations.user_id })
        .from(conversations)
        .where(and(isNotNull(conversations.deleted_at), lt(conversations.deleted_at, before)))
        .limit(limit),

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

    async around({ id, transcript_id }: Pick<ConversationRow, 'id' | 'transcript_id'>, now: Date): Promise<Around> {
      const [found] = await lookingAround(db, { id, transcript_id, now: now.toISOString() })
      return found!
    },

    async hasAudio(conversationId: string) {
      const [row] = await db
        .select({ id: recordings.conversation_id })
        .from(recordings)
        .where(and(eq(recordings.conversation_id, conversationId), isNull(recordings.removed_at)))
      return row !== undefined
    },

    versions: (conversationId: string) =>
      db
        .select()
        .from(transcripts)
        .where(eq(transcripts.conversation_id, conversationId))
        .orderBy(desc(transcripts.version)),

    /** A session of the server appends to this conversation; nobody else may. */
    async isFedByServer(conversationId: string) {
      const [row] = await db
        .select({ id: liveSessions.id })
        .from(liveSessions)
        .where(and(eq(liveSessions.conversation_id, conversationId), ne(liveSessions.state, 'finished')))
      return row !== undefined
    },

    /** Makes this transcript the one that is read, with its words counted, its beginning and its speakers named. */
    async read(conversationId: string, transcriptId: string): Promise<ConversationRow | null> {
      const words = sql`(select coalesce(sum(${segments.word_count}), 0)::int from ${segments} where ${eq(segments.transcript_id, transcriptId)})`
      return await update(conversationId, {
        transcript_id: transcriptId,
        word_count: words as never,
        opening: sql`opening_of(${transcriptId})` as never,
        speakers: sql`speakers_of(${transcriptId})` as never,
      })
    },

    async transcript(id: string) {
      const [row] = await db.select().from(transcripts).where(eq(transcripts.id, id))
      return row ?? null
    },
  }
}

export type ConversationRepository = ReturnType<typeof conversationRepository>
export type ListedRow = Awaited<ReturnType<ConversationRepository['list']>>[number]
