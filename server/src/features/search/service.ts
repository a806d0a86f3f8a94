import type { SearchHit } from '@mina/contract'
import type { Principal } from '../../access/principal.ts'
import type { Clock } from '../../platform/clock.ts'
import { cursorDate, cursorId, readCursor, writeCursor, wrongCursor } from '../../platform/paging/cursor.ts'
import { Refusal } from '../../platform/refusal.ts'
import { markedTitle, snippetOf } from './marks.ts'
import { type FilterOfList, MOST_RANKED, type Order } from './pages.ts'
import { bareWords, type Query, readQuery, toEstimate, toTsquery, withWords, writeQuery } from './query.ts'
import type { After, Found, SearchRepository } from './repository.ts'
import { corrected } from './spelling.ts'
import { stemmed } from './stems.ts'

/** A cursor must fit into a URL; a longer query is not corrected. */
const LONGEST_CORRECTED = 100

interface SearchOptions {
  repository: SearchRepository
  clock: Clock
}

interface Asked {
  limit: number
  cursor?: string | undefined
  perConversation?: boolean
  filter?: FilterOfList
}

interface Result {
  query: Query
  found: Found[]
  next_cursor: string | null
  corrected: string | null
}

/** Which of the chances a page belongs to, so that the next one goes on with the same. */
type Chance = 'exact' | 'stem' | 'spelling'

const tooSlow = () => new Refusal('unavailable', 'This search takes too long. Add a word that is rarer.')

const nothing = (query: Query): Result => ({ query, found: [], next_cursor: null, corrected: null })

function readPlace(cursor: string | undefined) {
  const parts = readCursor(cursor, 7)
  if (!parts) return null
  const [order, chance, words, score, createdAt, id, idx] = parts
  const whole = (it: unknown): it is number => Number.isInteger(it) && Math.abs(it as number) < 2 ** 31
  if (
    (order !== 'best' && order !== 'newest') ||
    !['exact', 'stem', 'spelling'].includes(String(chance)) ||
    !whole(score) ||
    !whole(idx)
  )
    throw wrongCursor()
  const after: After = [score, cursorDate(createdAt).toISOString(), cursorId(id), idx]
  return { order: order as Order, chance: chance as Chance, words: String(words), after }
}

/** Finds what was said. Exact words first; where there are none, other forms of them; then other spellings. */
export function searchService({ repository, clock }: SearchOptions) {
  async function pageOf(userId: string, query: Query, asked: Asked, place: { order: Order; after: After } | null) {
    const wanted = {
      userId,
      tsquery: toTsquery(query),
      limit: asked.limit + 1,
      perConversation: asked.perConversation ?? false,
      filter: asked.filter ?? {},
      now: clock.now(),
    }
    if (place) {
      const page = await repository.page(place.order, wanted, place.after, true)
      if (page) return { order: place.order, rows: page.found }
      throw tooSlow()
    }
    const areMany = await repository.areMany(userId, toEstimate(query))
    const ranked = areMany ? null : await repository.page('best', wanted, null, false)
    if (ranked && ranked.finds < MOST_RANKED) return { order: 'best' as const, rows: ranked.found }
    const newest = await repository.page('newest', wanted, null, false)
    if (newest) return { order: 'newest' as const, rows: newest.found }
    // The estimate was wrong: what is rare after all is quick by the other way.
    const others = ranked ?? (await repository.page('best', wanted, null, true))
    if (others) return { order: 'best' as const, rows: others.found }
    throw tooSlow()
  }

  async function find(userId: string, q: string, asked: Asked): Promise<Result> {
    const typed = readQuery(q)
    if (!typed || typed.terms.length === 0) return nothing(typed ?? { terms: [] })
    const place = readPlace(asked.cursor)

    const attempt = async (query: Query, chance: Chance, words = ''): Promise<Result | null> => {
      const { order, rows } = await pageOf(userId, query, asked, place)
      const found = rows.slice(0, asked.limit)
      if (found.length === 0 && !place) return null
      const last = found.at(-1)
      const more = rows.length > asked.limit && last
      return {
        query,
        found,
        next_cursor: more
          ? writeCursor(order, chance, words, last.score, last.created_at.toISOString(), last.conversation_id, last.idx)
          : null,
        corrected: chance === 'spelling' ? writeQuery(query) : null,
      }
    }
    /** A query that an earlier page settled on, written into its cursor word by word. */
    const settled = (words: string, prefix: boolean) => {
      const pairs = JSON.parse(words) as [string, string][]
      return withWords(typed, new Map(pairs), prefix)
    }

    if (place?.chance === 'exact' || !place) {
      const result = await attempt(typed, 'exact')
      if (result) return result
    }
    if (place && place.chance !== 'exact') {
      const words = safely(place.words)
      return (await attempt(settled(words, place.chance === 'stem'), place.chance, words)) ?? nothing(typed)
    }
    const words = bareWords(typed)
    if (words.length === 0 || q.length > LONGEST_CORRECTED) return nothing(typed)
    for (const stems of await stemmed(repository, userId, words)) {
      const result = await attempt(withWords(typed, stems, true), 'stem', JSON.stringify([...stems]))
      if (result) return result
    }
    const better = await corrected(repository, userId, words)
    if (better.size === 0) return nothing(typed)
    return (await attempt(withWords(typed, better), 'spelling', JSON.stringify([...better]))) ?? nothing(typed)
  }

  return {
    async hits(principal: Principal, q: string, asked: { limit: number; cursor?: string | undefined }) {
      const { query, found, next_cursor, corrected } = await find(principal.userId, q, asked)
      const items = found.map(
        (it): SearchHit => ({
          conversation_id: it.conversation_id,
          title: it.title,
          ...markedTitle(it.title, query),
          created_at: it.created_at.toISOString(),
          segment_id: it.segment_id,
          idx: it.segment_id ? it.idx : null,
          start_ms: it.start_ms,
          speaker: it.speaker,
          snippet: snippetOf(it.text, query),
        }),
      )
      return { items, next_cursor, corrected }
    },

    /** The same for a list: each conversation once, by its best place. */
    async conversations(principal: Principal, q: string, asked: Omit<Asked, 'perConversation'>) {
      const { query, found, next_cursor } = await find(principal.userId, q, { ...asked, perConversation: true })
      const hits = found.map((it) => ({
        id: it.conversation_id,
        snippet: it.segment_id ? snippetOf(it.text, query) : null,
        start_ms: it.start_ms,
        ...markedTitle(it.title, query),
      }))
      return { hits, next_cursor }
    },
  }
}

/** The cursor came back from outside: it must still hold pairs of words. */
function safely(words: string): string {
  try {
    const pairs: unknown = JSON.parse(words)
    const isPair = (it: unknown) => Array.isArray(it) && it.length === 2 && it.every((one) => typeof one === 'string')
    if (Array.isArray(pairs) && pairs.every(isPair)) return words.replaceAll('\\u0000', '')
  } catch {
    // Falls through.
  }
  throw wrongCursor()
}

export type SearchService = ReturnType<typeof searchService>
