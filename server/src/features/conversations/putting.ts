import { sql } from 'drizzle-orm'
import type { Db } from '../../platform/database/connect.ts'
import { prepared } from '../../platform/database/prepared.ts'
import type { SegmentRow } from './rows.ts'
import { writtenColumns } from './segment-rows.ts'

export interface PutSegment {
  idx: number
  start_ms: number
  end_ms: number
  text: string
  is_final: boolean
  speaker: string | null
  word_count: number
}

/** A segment that was put, with the words that the conversation and this place of it had just before. */
export type Put = SegmentRow & { words_of_all: number; words_before: number | null }

const types: Record<keyof PutSegment, string> = {
  idx: 'int',
  start_ms: 'int',
  end_ms: 'int',
  text: 'text',
  is_final: 'boolean',
  speaker: 'text',
  word_count: 'int',
}
const names = Object.keys(types) as (keyof PutSegment)[]

const listed = (name: keyof PutSegment) => sql`${sql.placeholder(name)}::${sql.raw(types[name])}[]`
const given = sql`unnest(${sql.join(names.map(listed), sql`, `)}) as g (${sql.raw(names.join(', '))})`

/**
 * A final replaces what is there unless a person edited it, an interim replaces interims only. One statement, that first
 * takes its turn at the conversation: so writers neither interleave nor wait for each other in a circle. No idx twice.
 */
const putTogether = prepared<Put>(
  'put_segments',
  sql`
    with place as materialized (
      select id, transcript_id, user_id, word_count from conversations c
      where id = ${sql.placeholder('conversation_id')}::uuid and user_id = ${sql.placeholder('user_id')}::uuid
        and deleted_at is null
        and not exists (select 1 from live_sessions l where l.conversation_id = c.id and l.state <> 'finished')
      for no key update
    ), before as materialized (
      select idx, word_count from segments
      where transcript_id = (select transcript_id from place) and idx = any(${listed('idx')})
      for no key update
    ), put as (
      insert into segments as s
        (conversation_id, transcript_id, user_id, idx, start_ms, end_ms, text, is_final, speaker, word_count)
      select place.id, transcript_id, user_id, g.idx, start_ms, end_ms, text, is_final, speaker, g.word_count
      from place cross join ${given} left join before on before.idx = g.idx
      on conflict (transcript_id, idx) do update set
        text = excluded.text, start_ms = excluded.start_ms, end_ms = excluded.end_ms, is_final = excluded.is_final,
        speaker = coalesce(excluded.speaker, s.speaker), confidence = null, words = null, words_estimated = false,
        doubtful = false, word_count = excluded.word_count, revision = s.revision + 1
      where s.edited_at is null and (excluded.is_final or not s.is_final)
      returning ${writtenColumns}
    )
    select put.*, place.word_count as words_of_all, before.word_count as words_before
    from place cross join put left join before on before.idx = put.idx`,
)

const MOST_TOGETHER = 50

interface Waiting {
  it: PutSegment
  done: (stored: Put | null) => void
  failed: (error: unknown) => void
}

/** Takes the first of each idx out of the line; what is left stays in its order. */
function takeTogether(line: Waiting[]): Waiting[] {
  const taken = new Map<number, Waiting>()
  const left: Waiting[] = []
  for (const next of line)
    if (taken.size < MOST_TOGETHER && !taken.has(next.it.idx)) taken.set(next.it.idx, next)
    else left.push(next)
  line.splice(0, line.length, ...left)
  return [...taken.values()]
}

/**
 * Puts segments into conversations of their owners. The database lets one at a time write to a conversation, so those
 * that come meanwhile are written together when it is done: one round trip, one turn and one commit for all of them.
 */
export function segmentPutting(db: Db) {
  const lines = new Map<string, Waiting[]>()

  async function write(place: { user_id: string; conversation_id: string }, together: Waiting[]) {
    const values = Object.fromEntries(names.map((name) => [name, together.map(({ it }) => it[name])]))
    const rows = await putTogether(db, { ...place, ...values })
    const stored = new Map(rows.map((row) => [row.idx, row]))
    let added = 0
    for (const { it, done } of together) {
      const row = stored.get(it.idx)
      // Each is answered as if it had been alone, after those before it.
      done(row ? { ...row, words_of_all: row.words_of_all + added } : null)
      if (row) added += row.word_count - (row.words_before ?? 0)
    }
  }

  async function writeAll(key: string, place: { user_id: string; conversation_id: string }, line: Waiting[]) {
    while (line.length > 0) {
      const together = takeTogether(line)
      try {
        await write(place, together)
      } catch (error) {
        for (const { failed } of together) failed(error)
      }
    }
    lines.delete(key)
  }

  /**
   * Adds a segment or replaces the one with its idx. null: what is there stays, or nothing may be written now, or this
   * person has no such conversation.
   */
  return (userId: string, conversationId: string, it: PutSegment) =>
    new Promise<Put | null>((done, failed) => {
      const key = `${userId} ${conversationId}`
      const line = lines.get(key)
      if (line) return void line.push({ it, done, failed })
      const own = [{ it, done, failed }]
      lines.set(key, own)
      void writeAll(key, { user_id: userId, conversation_id: conversationId }, own)
    })
}

export type PuttingSegments = ReturnType<typeof segmentPutting>
