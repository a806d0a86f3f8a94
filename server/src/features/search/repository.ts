import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../../platform/database/connect.ts'
import { isStatementTimeout } from '../../platform/database/errors.ts'
import { type FilterOfList, type FoundRow, type Order, pageStatement } from './pages.ts'

/** Finds that are certainly few are ranked; of more, the newest are as good as any. */
const FEW = 1_000
/** The likelier way gets so long; then the other one, which has to do. */
const PATIENCE_MS = 250
const MOST_PATIENCE_MS = 2_000
const SPELLING_MS = 80
/** A word that nobody says. PostgreSQL expects of it what it expects of every word that is not among the common ones. */
const UNHEARD = "'zzyzzxq'"
const HARDLY_MORE = 1.1
/** There are two lengths of pages, so that there are few statements. */
const PAGES = [21, 51]

export interface Wanted {
  userId: string
  tsquery: string
  limit: number
  perConversation: boolean
  filter: FilterOfList
  now: Date
}

/** Where a page ended. */
export type After = readonly [score: number, createdAt: string, conversationId: string, idx: number]

export type Found = Omit<FoundRow, 'created_at'> & { created_at: Date }

interface Page {
  found: Found[]
  finds: number
}

/** What a plan made anew for each word would look at, `areMany` has looked at. */
const PLANNED_ONCE = 'set local plan_cache_mode = force_generic_plan'
/** Of a rare word, the planner hopes in vain to meet one soon by reading everything. */
const BY_INDEX = 'set local enable_seqscan = off'
/** How alike two words must be to look at each other; the distance in letters decides. */
const LIKENESS = 0.4

/** Looks into segments and titles of one user, by the indexes on (user, words). */
export const searchRepository = (db: Db) => {
  const asked = (tsquery: string) => sql`to_tsquery('mina_simple', ${tsquery})`
  const holding = (userId: string, tsquery: string) =>
    sql`select '' as text from segments where user_id = ${userId} and search @@ ${asked(tsquery)}`

  /** With its own limit of time, so that an estimate that was wrong costs no more than this. */
  async function patiently<T>(patienceMs: number, settings: string, ask: (tx: Db) => Promise<T[]>) {
    try {
      return await db.transaction(async (tx) => {
        await tx.execute(sql.raw(`set local statement_timeout = ${patienceMs}; ${settings}`))
        return await ask(tx)
      })
    } catch (error) {
      if (isStatementTimeout(error)) return 'too slow'
      throw error
    }
  }
  const textsOf = (query: SQL) => async (tx: Db) =>
    (await tx.execute<{ text: string }>(query)).rows.map((row) => row.text)

  return {
    /** By the planner's own statistics: whether these words are in many segments, for all that it knows of them. */
    async areMany(userId: string, tsquery: string): Promise<boolean> {
      const { rows } = await db.execute(
        sql`explain (format json) ${holding(userId, tsquery)} union all ${holding(userId, UNHEARD)}`,
      )
      type Plan = { 'Plan Rows': number; Plans?: Plan[] }
      const [{ 'QUERY PLAN': [top] = [] } = {}] = rows as { 'QUERY PLAN'?: { Plan: Plan }[] }[]
      const [these, unheard] = top?.Plan.Plans?.map((it) => it['Plan Rows']) ?? []
      return (these ?? 0) > Math.max(FEW, (unheard ?? 0) * HARDLY_MORE)
    },

    /** One page in this order, and how many finds were ranked for it; null where it would take too long. */
    async page(order: Order, wanted: Wanted, after: After | null, lastChance: boolean): Promise<Page | null> {
      const { userId, tsquery, perConversation, filter, now } = wanted
      const limit = PAGES.find((it) => it >= wanted.limit) ?? wanted.limit
      const statement = pageStatement({ order, limit, perConversation, filter, isLater: after !== null })
      const [lastScore, lastAt, lastId, lastIdx] = after ?? []
      const values = {
        ...{ userId, tsquery, now: now.toISOString(), status: filter.status, tag: filter.tag },
        ...{ lastScore, lastAt, lastId, lastIdx },
      }
      const patience = lastChance ? MOST_PATIENCE_MS : PATIENCE_MS
      const rows = await patiently(patience, PLANNED_ONCE, (tx) => statement(tx, values))
      if (rows === 'too slow') return null
      const found = rows.flatMap((row) =>
        row.conversation_id === null ? [] : { ...row, created_at: new Date(row.created_at) },
      )
      return { found: found.slice(0, wanted.limit), finds: rows[0]?.finds ?? 0 }
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

    /** Texts that hold something like this word; null where there are too many to look at. */
    async textsLike(userId: string, word: string): Promise<string[] | null> {
      const rows = await patiently(
        SPELLING_MS,
        `set local pg_trgm.word_similarity_threshold = ${LIKENESS}`,
        textsOf(sql`
          select text from segments where user_id = ${userId} and ${word} <% text
          order by word_similarity(${word}, text) desc limit 30`),
      )
      return rows === 'too slow' ? null : rows
    },

    /** Texts with a word that begins like this one; null where there are too many to look at. */
    async textsWithBeginning(userId: string, tsquery: string): Promise<string[] | null> {
      const rows = await patiently(
        SPELLING_MS,
        BY_INDEX,
        textsOf(sql`
          select text from segments where user_id = ${userId} and search @@ ${asked(tsquery)} limit 500`),
      )
      return rows === 'too slow' ? null : rows
    },

    /** What was said last, which holds the words that this person's conversations are full of. */
    newestTexts: (userId: string): Promise<string[]> =>
      textsOf(sql`
        select s.text from (
          select transcript_id from conversations where user_id = ${userId} and deleted_at is null
          order by created_at desc limit 200
        ) c, lateral (select text from segments where transcript_id = c.transcript_id order by idx limit 50) s
        limit 2000`)(db),

    /** Of a word that is not everywhere: whether it is anywhere. */
    async isSomewhere(userId: string, tsquery: string): Promise<boolean> {
      const rows = await patiently(SPELLING_MS, BY_INDEX, textsOf(sql`${holding(userId, tsquery)} limit 1`))
      return rows === 'too slow' || rows.length > 0
    },
  }
}

export type SearchRepository = ReturnType<typeof searchRepository>
