import { type SQL, sql } from 'drizzle-orm'
import { prepared } from '../../platform/database/prepared.ts'

export type Order = 'best' | 'newest'

export interface FilterOfList {
  status?: string | undefined
  tag?: string | undefined
  filter?: 'open_tasks' | 'shared' | 'attention' | undefined
}

/** What a page is made of; of each shape there is one statement, whatever is asked. */
export interface Shape {
  order: Order
  limit: number
  /** One find for each conversation, its best, instead of all. */
  perConversation: boolean
  filter: FilterOfList
  /** Not the first page. */
  isLater: boolean
}

export interface FoundRow {
  score: number
  conversation_id: string
  title: string
  created_at: string
  segment_id: string | null
  /** -1 for a title, which stands before all that was said. */
  idx: number
  start_ms: number | null
  speaker: string | null
  text: string
}

/** A row of the ranked may be empty: it tells only how many finds there were before all that is left out. */
type PageRow = (FoundRow | { conversation_id: null }) & { finds: number }

/** So many finds are ranked. Where there are more, the ranking has not seen all. */
export const MOST_RANKED = 3_000
/** Of a word that many titles share, the newest are enough. */
const MOST_TITLES = 200
const TITLE_BONUS = 1_000_000

const given = (name: string, type: string) => sql`${sql.placeholder(name)}::${sql.raw(type)}`
const asked = sql`to_tsquery('mina_simple', ${given('tsquery', 'text')})`
const mine = sql`${given('userId', 'uuid')}`

const visible = ({ status, tag, filter }: FilterOfList) => {
  const parts = [sql`c.user_id = ${mine}`, sql`c.deleted_at is null`]
  if (status) parts.push(sql`c.status = ${given('status', 'text')}`)
  if (tag) parts.push(sql`c.tags @> array[${given('tag', 'text')}]`)
  if (filter === 'attention') parts.push(sql`c.status = 'failed'`)
  if (filter === 'open_tasks')
    parts.push(sql`exists (select 1 from tasks t where t.conversation_id = c.id and t.status = 'open')`)
  if (filter === 'shared')
    parts.push(sql`exists (select 1 from shares h where h.conversation_id = c.id and h.revoked_at is null
      and (h.expires_at is null or h.expires_at > ${given('now', 'timestamptz')}))`)
  return sql.join(parts, sql` and `)
}

const last = { at: given('lastAt', 'timestamptz'), id: given('lastId', 'uuid'), idx: given('lastIdx', 'int') }

/** All finds, best first. */
const best = ({ limit, perConversation, filter, isLater }: Shape) => {
  const rows = sql`
    select ${perConversation ? sql`distinct on (c.id)` : sql``}
      c.id as conversation_id, c.title, c.created_at, f.score, f.segment_id, f.idx, f.start_ms, f.speaker
    from found f
    join conversations c on c.id = f.conversation_id and (f.segment_id is null or c.transcript_id = f.transcript_id)
    where ${visible(filter)}
    ${perConversation ? sql`order by c.id, f.score desc, f.idx` : sql``}`
  const from = isLater
    ? sql`where (r.score, r.created_at, r.conversation_id, -r.idx)
        < (${given('lastScore', 'int')}, ${last.at}, ${last.id}, -${last.idx})`
    : sql``
  return sql`
    with q as materialized (select ${asked} as q),
    found as materialized (
      select s.conversation_id, s.transcript_id, s.id as segment_id, s.idx, s.start_ms, s.speaker,
        round(ts_rank_cd(s.search, q.q, 1) * 100000)::int as score
      from q, lateral (select * from segments s where s.user_id = ${mine} and s.search @@ q.q
        limit ${sql.raw(`${MOST_RANKED}`)}) s
      union all
      select c.id, c.transcript_id, null, -1, null, null,
        ${sql.raw(`${TITLE_BONUS}`)} + round(ts_rank_cd(c.title_search, q.q, 1) * 100000)::int
      from q, lateral (select * from conversations c
        where c.user_id = ${mine} and c.deleted_at is null and c.title_search @@ q.q
        order by c.created_at desc limit ${sql.raw(`${MOST_TITLES}`)}) c
    ),
    page as materialized (
      select * from (${rows}) r ${from}
      order by r.score desc, r.created_at desc, r.conversation_id desc, r.idx limit ${sql.raw(`${limit}`)}
    )
    select p.*, coalesce(s.text, p.title) as text, n.finds
    from (select count(*)::int as finds from found) n
    left join page p on true left join segments s on s.id = p.segment_id
    order by p.score desc, p.created_at desc, p.conversation_id desc, p.idx`
}

/** Finds as they come from the newest conversation backwards: stops as soon as the page is full. */
const newest = ({ limit, perConversation, filter, isLater }: Shape) => {
  const within = isLater
    ? sql`and (c.created_at, c.id) ${perConversation ? sql`<` : sql`<=`} (${last.at}, ${last.id})`
    : sql``
  const rest = (idx: SQL) =>
    isLater && !perConversation ? sql`and (c.id <> ${last.id} or ${idx} > ${last.idx})` : sql``
  const ofEach = sql.raw(`${perConversation ? 1 : limit}`)
  return sql`
    select c.id as conversation_id, c.title, c.created_at, 0 as score, 0 as finds,
      f.id as segment_id, f.idx, f.start_ms, f.speaker, f.text
    from conversations c, lateral (
      select * from (
        select null::uuid as id, -1 as idx, null::int as start_ms, null::text as speaker, c.title as text
        where c.title_search @@ ${asked} ${rest(sql`-1`)}
        union all
        (select s.id, s.idx, s.start_ms, s.speaker, s.text from segments s
        where s.transcript_id = c.transcript_id and s.search @@ ${asked} ${rest(sql`s.idx`)}
        order by s.idx limit ${ofEach})
      ) both_kinds order by idx limit ${ofEach}
    ) f
    where ${visible(filter)} ${within}
    order by c.created_at desc, c.id desc, f.idx limit ${sql.raw(`${limit}`)}`
}

const statements = new Map<string, ReturnType<typeof prepared<PageRow>>>()

export function pageStatement(shape: Shape) {
  const { order, limit, perConversation, isLater, filter } = shape
  const kinds = [filter.status && 'status', filter.tag && 'tag', filter.filter]
  const name = ['search', order, limit, perConversation && 'once', isLater && 'later', ...kinds]
    .filter(Boolean)
    .join('_')
  const known = statements.get(name)
  if (known) return known
  const statement = prepared<PageRow>(name, order === 'best' ? best(shape) : newest(shape))
  statements.set(name, statement)
  return statement
}
