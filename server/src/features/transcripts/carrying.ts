import { and, asc, eq, isNull, sql } from 'drizzle-orm'
import type { Db } from '../../platform/database/connect.ts'
import { edits, highlights, segments, tasks } from '../../platform/database/schema/index.ts'
import { alignWords, countWords } from '../conversations/index.ts'
import type { TranscriptRow } from './repository.ts'

export type Row = typeof segments.$inferSelect

interface Stretch {
  start_ms: number
  end_ms: number
}

const overlap = (one: Stretch, other: Stretch) =>
  Math.max(0, Math.min(one.end_ms, other.end_ms) - Math.max(one.start_ms, other.start_ms))
const within = (at: number, { start_ms, end_ms }: Stretch) => at >= start_ms && at < end_ms
const middle = ({ start_ms, end_ms }: Stretch) => (start_ms + end_ms) / 2

/** Scripts that write no spaces are joined without them. */
const spoken = (row: Row, words: readonly { text: string }[]) =>
  words.map((it) => it.text).join(row.text.includes(' ') || (row.words?.length ?? 0) < 2 ? ' ' : '')

const rewritten = (row: Row, text: string, edited_at: Date | null): Row => ({
  ...row,
  text,
  original_text: row.original_text ?? row.text,
  edited_at,
  revision: row.revision + 1,
  word_count: countWords(text),
  words: row.words && alignWords(row.words, text, row.start_ms, row.end_ms),
  words_estimated: row.words !== null,
})

/** The new segments with a person's text in place of what the engine heard in that time; words around it stay. */
export function withCorrection(rows: readonly Row[], edited: Row): Row[] {
  const touched = rows.filter((row) =>
    row.words?.length ? row.words.some((word) => within(middle(word), edited)) : within(middle(row), edited),
  )
  if (touched.length === 0) return [...rows]
  const text = edited.text.trim()
  return rows.flatMap((row) => {
    if (!touched.includes(row)) return [row]
    const words = row.words ?? []
    const before = spoken(
      row,
      words.filter((it) => middle(it) < edited.start_ms),
    )
    const after = spoken(
      row,
      words.filter((it) => middle(it) >= edited.end_ms),
    )
    const kept = [before, row === touched[0] ? text : '', after].filter(Boolean).join(' ')
    return kept === '' ? [] : [rewritten(row, kept, edited.edited_at)]
  })
}

/** The new segments without what a person had taken out, where it was most of what was said in that time. */
export const withoutRemoved = (rows: readonly Row[], removed: Stretch): Row[] =>
  rows.filter((row) => row.edited_at !== null || overlap(row, removed) < 0.8 * Math.max(1, row.end_ms - row.start_ms))

const byMachine = (name: string) => /^Speaker \d+$/.test(name)

/** Names that people gave: to each new voice the one it shares most time with; without voices, to each segment. */
export function withNames(rows: readonly Row[], earlier: readonly Row[]): Row[] {
  const named = earlier.filter((row) => row.speaker !== null && !byMachine(row.speaker))
  if (named.length === 0) return [...rows]
  const best = (stretches: readonly Row[]) => {
    const shared = new Map<string | null, number>()
    for (const row of stretches)
      for (const old of earlier) {
        const time = overlap(row, old)
        if (time > 0) shared.set(old.speaker, (shared.get(old.speaker) ?? 0) + time)
      }
    return [...shared].toSorted((one, other) => other[1] - one[1])[0]?.[0] ?? null
  }
  const voices = new Map<string, string | null>()
  for (const voice of new Set(rows.flatMap((row) => row.speaker ?? [])))
    voices.set(voice, best(rows.filter((row) => row.speaker === voice)))
  return rows.map((row) => {
    const name = row.speaker ? voices.get(row.speaker) : best([row])
    return name && !byMachine(name) ? { ...row, speaker: name } : row
  })
}

async function removedStretches(conversationId: string, tx: Db): Promise<Stretch[]> {
  const rows = await tx
    .select({ before: edits.before })
    .from(edits)
    .where(and(eq(edits.conversation_id, conversationId), eq(edits.kind, 'delete'), isNull(edits.undone_at)))
  return rows.flatMap((row) => row.before as Stretch[])
}

/** What people corrected, named and took out in an earlier version, put into the new one by time. */
export async function carryOver(earlierId: string, to: TranscriptRow, tx: Db) {
  const of = (id: string): Promise<Row[]> =>
    tx.select().from(segments).where(eq(segments.transcript_id, id)).orderBy(asc(segments.idx))
  const earlier = await of(earlierId)
  const heard = await of(to.id)
  let rows: Row[] = heard
  for (const removed of await removedStretches(to.conversation_id, tx)) rows = withoutRemoved(rows, removed)
  for (const row of earlier)
    if (row.edited_at && row.original_text !== null && row.original_text !== row.text) rows = withCorrection(rows, row)
  rows = withNames(rows, earlier)

  const staying = new Map(rows.map((row) => [row.id, row]))
  for (const row of heard) {
    const now = staying.get(row.id)
    if (!now) await tx.delete(segments).where(eq(segments.id, row.id))
    else if (now !== row) {
      const { search, ...values } = now
      await tx.update(segments).set(values).where(eq(segments.id, row.id))
    }
  }
  await point(highlights, to, tx)
  await point(tasks, to, tx)
}

/** Marks and tasks point to the segment in which they begin now. */
async function point(table: typeof highlights | typeof tasks, to: TranscriptRow, tx: Db) {
  const place = sql`(select s.id from ${segments} s where s.transcript_id = ${to.id} and s.start_ms <= ${table.start_ms} order by s.start_ms desc limit 1)`
  await tx.execute(
    sql`update ${table} set segment_id = ${place} where conversation_id = ${to.conversation_id} and segment_id is not null`,
  )
}
