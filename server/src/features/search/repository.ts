import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../../platform/database/connect.ts'
import { isStatementTimeout } from '../../platform/database/errors.ts'

/** Finds that are certainly few are ranked; of more, the newest are as good as any. */
const FEW = 1_000
/** Room for an estimate that was too low, and the end of the road for one that was far too low. */
const MOST_RANKED = 5 * FEW
/** The likelier way gets so long; then the other one, which has to do. */
const PATIENCE_MS = 250
const MOST_PATIENCE_MS = 2_000
const SPELLING_MS = 120

export type Order = 'best' | 'newest'

export interface FilterOfList {
  status?: string | undefined
  tag?: string | undefined
  filter?: 'open_tasks' | 'shared' | 'attention' | undefined
}

export interface Wanted {
  userId: string
  tsquery: string
  limit: number
  /** One find for each conversation, its best, instead of all. */
  perConversation: boolean
  filter: FilterOfList
  now: Date
}

/** Where a page ended. */
export type After = readonly [score: number, createdAt: string, conversationId: string, idx: number]

export interface Found {
  score: number
  conversation_id: string
  title: string
  created_at: Date
  segment_id: string | null
  /** -1 for a title, which stands before all that was said. */
  idx: number
  start_ms: number | null
  speaker: string | null
  text: string
}

/** How alike two words must be to look at each other; the distance in letters decides. */
const LIKENESS = 0.4
/** Of a word that many titles share, the newest are enough. */
const MOST_TITLES = 200
const TITLE_BONUS = 1_000_000

/** Looks into segments and titles of one user, by the indexes on (user, words). */
export const searchRepository = (db: Db) => {
  const asked = (tsquery: string) => sql`to_tsquery('mina_simple', ${tsquery})`

  /** With its own limit of time, so that an estimate that was wrong costs no more than this. */
  async function patiently<T extends Record<string, unknown>>(
    query: SQL,
    patienceMs = PATIENCE_MS,
  ): Promise<T[] | 'too slow'> {
    try {
      return await db.transaction(async (tx) => {
        await tx.execute(
          sql.raw(
            `set local statement_timeout = ${patienceMs}; set local pg_trgm.word_similarity_threshold = ${LIKENESS}`,
          ),
        )
        return (await tx.execute(query)).rows as T[]
      })
    } catch (error) {
      if (isStatementTimeout(error)) return 'too slow'
      throw error
    }
  }

  const visible = ({ userId, filter, now }: Wanted) => {
    const parts = [sql`c.user_id = ${userId}`, sql`c.deleted_at is null`]
    if (filter.status) parts.push(sql`c.status = ${filter.status}`)
    if (filter.tag) parts.push(sql`c.tags @> array[${filter.tag}]::text[]`)
    if (filter.filter === 'attention') parts.push(sql`c.status = 'failed'`)
    if (filter.filter === 'open_tasks')
      parts.push(sql`exists (select 1 from tasks t where t.conversation_id = c.id and t.status = 'open')`)
    if (filter.filter === 'shared')
      parts.push(sql`exists (select 1 from shares h where h.conversation_id = c.id and h.revoked_at is null
        and (h.expires_at is null or h.expires_at > ${now}))`)
    return sql.join(parts, sql` and `)
  }

  const shape = sql`c.id as conversation_id, c.title, c.created_at, f.score, f.segment_id, f.idx, f.start_ms, f.speaker`

  /** All finds, best first. */
  const best = (wanted: Wanted, after: After | null) => {
    const { userId, tsquery, limit, perConversation } = wanted
    const found = sql`
      select f.* from (
        select s.conversation_id, s.transcript_id, s.id as segment_id, s.idx, s.start_ms, s.speaker,
          round(ts_rank_cd(s.search, q.q, 1) * 100000)::int as score
        from q, lateral (select * from segments s where s.user_id = ${userId} and s.search @@ q.q limit ${MOST_RANKED}) s
        union all
        select c.id, c.transcript_id, null, -1, null, null, ${TITLE_BONUS} + round(ts_rank_cd(c.title_search, q.q, 1) * 100000)::int
        from q, lateral (select * from conversations c
          where c.user_id = ${userId} and c.deleted_at is null and c.title_search @@ q.q
          order by c.created_at desc limit ${MOST_TITLES}) c
      ) f`
    const rows = sql`
      select ${perConversation ? sql`distinct on (c.id)` : sql``} ${shape}
      from (${found}) f
      join conversations c on c.id = f.conversation_id and (f.segment_id is null or c.transcript_id = f.transcript_id)
      where ${visible(wanted)}
      ${perConversation ? sql`order by c.id, f.score desc, f.idx` : sql``}`
    const from = after
      ? sql`where (r.score, r.created_at, r.conversation_id, -r.idx)
          < (${after[0]}::int, ${after[1]}::timestamptz, ${after[2]}::uuid, ${-after[3]}::int)`
      : sql``
    return sql`
      with q as materialized (select ${asked(tsquery)} as q),
      page as materialized (
        select * from (${rows}) r ${from}
        order by r.score desc, r.created_at desc, r.conversation_id desc, r.idx limit ${limit}
      )
      select p.*, coalesce(s.text, p.title) as text from page p left join segments s on s.id = p.segment_id
      order by p.score desc, p.created_at desc, p.conversation_id desc, p.idx`
  }

  /** Finds as they come from the newest conversation backwards: stops as soon as the page is full. */
  const newest = (wanted: Wanted, after: After | null) => {
    const { tsquery, limit, perConversation } = wanted
    const within = after
      ? perConversation
        ? sql`and (c.created_at, c.id) < (${after[1]}::timestamptz, ${after[2]}::uuid)`
        : sql`and (c.created_at, c.id) <= (${after[1]}::timestamptz, ${after[2]}::uuid)`
      : sql``
    const rest = (conversation: SQL, idx: SQL) =>
      after && !perConversation ? sql`and (${conversation} <> ${after[2]}::uuid or ${idx} > ${after[3]}::int)` : sql``
    return sql`
      select c.id as conversation_id, c.title, c.created_at, 0 as score,
        f.id as segment_id, f.idx, f.start_ms, f.speaker, f.text
      from conversations c, lateral (
        select * from (
          select null::uuid as id, -1 as idx, null::int as start_ms, null::text as speaker, c.title as text
          where c.title_search @@ ${asked(tsquery)} ${rest(sql`c.id`, sql`-1`)}
          union all
          (select s.id, s.idx, s.start_ms, s.speaker, s.text from segments s
          where s.transcript_id = c.transcript_id and s.search @@ ${asked(tsquery)} ${rest(sql`c.id`, sql`s.idx`)}
          order by s.idx limit ${perConversation ? 1 : limit})
        ) both_kinds order by idx limit ${perConversation ? 1 : limit}
      ) f
      where ${visible(wanted)} ${within}
      order by c.created_at desc, c.id desc, f.idx limit ${limit}`
  }

  return {
    /** By the planner's own statistics: how many segments these words are in. */
    async areMany(userId: string, tsquery: string): Promise<boolean> {
      const { rows } = await db.execute(
        sql`explain (format json) select 1 from segments where user_id = ${userId} and search @@ ${asked(tsquery)}`,
      )
      const [{ 'QUERY PLAN': [plan] = [] } = {}] = rows as { 'QUERY PLAN'?: { Plan: { 'Plan Rows': number } }[] }[]
      return (plan?.Plan['Plan Rows'] ?? 0) > FEW
    },

    /** One page in this order; null where it would take too long. */
    async page(order: Order, wanted: Wanted, after: After | null, lastChance: boolean): Promise<Found[] | null> {
      const rows = await patiently<Record<keyof Found, unknown>>(
        order === 'best' ? best(wanted, after) : newest(wanted, after),
        lastChance ? MOST_PATIENCE_MS : PATIENCE_MS,
      )
      if (rows === 'too slow') return null
      return rows.map((row) => ({ ...row, created_at: new Date(row.created_at as string) }) as Found)
    },

    /** Languages that this person's newest conversations are in. */
    async languagesOf(userId: string): Promise<string[]> {
      const { rows } = await db.execute(sql`
        select distinct split_part(lower(language), '-', 1) as language
        from (select language from conversations where user_id = ${userId} and deleted_at is null
              order by created_at desc limit 200) newest
        where language is not null`)
      return (rows as { language: string }[]).map((row) => row.language)
    },

    async stem(dictionary: string, words: readonly string[]): Promise<string[]> {
      const { rows } = await db.execute(sql`
        select coalesce((ts_lexize(${dictionary}::regdictionary, word))[1], word) as stem
        from unnest(${sql.param(words)}::text[]) with ordinality as it (word, place) order by place`)
      return (rows as { stem: string }[]).map((row) => row.stem)
    },

    /** Texts that hold something like this word. */
    async textsLike(userId: string, word: string): Promise<string[]> {
      const rows = await patiently<{ text: string }>(
        sql`
        select text from segments where user_id = ${userId} and ${word} <% text
        order by word_similarity(${word}, text) desc limit 30`,
        SPELLING_MS,
      )
      return rows === 'too slow' ? [] : rows.map((row) => row.text)
    },

    /** Texts with a word that begins like this one. */
    async textsWithBeginning(userId: string, tsquery: string): Promise<string[]> {
      const rows = await patiently<{ text: string }>(sql`
        select text from segments where user_id = ${userId} and search @@ ${asked(tsquery)} limit 500`)
      return rows === 'too slow' ? [] : rows.map((row) => row.text)
    },

    async isKnown(userId: string, tsquery: string): Promise<boolean> {
      const rows = await patiently(sql`
        select 1 from segments where user_id = ${userId} and search @@ ${asked(tsquery)} limit 1`)
      return rows === 'too slow' || rows.length > 0
    },
  }
}

export type SearchRepository = ReturnType<typeof searchRepository>
