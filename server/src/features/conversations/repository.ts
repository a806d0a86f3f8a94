import { UNTITLED } from '@mina/contract'
import { and, desc, eq, getTableColumns, isNull, ne, sql } from 'drizzle-orm'
import type { Principal } from '../../access/principal.ts'
import type { Db } from '../../platform/database/connect.ts'
import { prepared } from '../../platform/database/prepared.ts'
import { conversations, liveSessions, recordings, segments, transcripts } from '../../platform/database/schema/index.ts'
import type { ConversationRow } from './rows.ts'

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
  // What nearly every request asks is prepared once: half of its cost would be to say it anew.
  const byId = and(eq(conversations.id, placeholder('id')), isNull(conversations.deleted_at))
  const ofAnybody = db.select(columns).from(conversations).where(byId).prepare('conversation')
  const ofOwner = db
    .select(columns)
    .from(conversations)
    .where(and(byId, eq(conversations.user_id, placeholder('userId'))))
    .prepare('conversation_of_owner')

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
