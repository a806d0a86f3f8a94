import { MOST_SEGMENT_CHARACTERS } from '@mina/contract'
import type { Clock } from '../../platform/clock.ts'
import type { Db } from '../../platform/database/connect.ts'
import { Refusal } from '../../platform/refusal.ts'
import { alignWords } from './alignment.ts'
import type { Opened } from './policy.ts'
import { presentSegment } from './present.ts'
import type { EditRow, SegmentRow } from './rows.ts'
import type { SegmentRows } from './segment-rows.ts'
import { countWords } from './words.ts'

const SUMMARY_CHARACTERS = 120

interface EditingOptions {
  segments: SegmentRows
  clock: Clock
  /** Tells open pages of the conversation. */
  onChanged: (conversation: Opened<'write'>) => void
}

const unknownSegment = () => new Refusal('not_found', 'There is no such segment.')

const conflict = (current: SegmentRow | null) =>
  new Refusal('conflict', 'Somebody changed this meanwhile. Here is how it is now.', {
    details: current ? { segment: presentSegment(current) } : {},
  })

const short = (text: string) => (text.length > SUMMARY_CHARACTERS ? `${text.slice(0, SUMMARY_CHARACTERS)}…` : text)

export function requireShort(text: string) {
  if (text.length > MOST_SEGMENT_CHARACTERS)
    throw new Refusal('too_long', `A segment holds at most ${MOST_SEGMENT_CHARACTERS.toLocaleString('en')} characters.`)
  if (text.includes('\0')) throw new Refusal('bad_request', 'text: holds a character that is not text.')
}

/** Snapshots travel through JSON; times come back as text. */
const revive = (rows: unknown): SegmentRow[] =>
  (rows as SegmentRow[]).map((row) => ({ ...row, edited_at: row.edited_at ? new Date(row.edited_at) : null }))

/** What people change in a transcript. Each change keeps both sides: it can be shown, undone and made again. */
export function editingService({ segments, clock, onChanged }: EditingOptions) {
  const changed = (row: SegmentRow, it: Partial<SegmentRow>): SegmentRow => {
    const next = { ...row, ...it, revision: row.revision + 1, edited_at: clock.now() }
    if (it.text === undefined) return next
    return {
      ...next,
      original_text: row.original_text ?? row.text,
      word_count: row.is_final ? countWords(it.text) : 0,
      words: row.words ? alignWords(row.words, it.text, next.start_ms, next.end_ms) : null,
      words_estimated: row.words !== null,
    }
  }

  async function find(conversation: Opened<'write'>, ref: string | number) {
    const row = conversation.transcript_id ? await segments.find(conversation.transcript_id, ref) : null
    if (!row) throw unknownSegment()
    return row
  }

  const notLive = (conversation: Opened<'write'>) => {
    if (conversation.status === 'live')
      throw new Refusal('live', 'Words still arrive. Split and join when the recording has ended.')
  }

  interface Change {
    kind: EditRow['kind']
    summary: string
    from: SegmentRow[]
    to: SegmentRow[]
    prepare?: (tx: Db) => Promise<void>
  }

  async function apply(conversation: Opened<'write'>, { kind, summary, from, to, prepare }: Change) {
    const editId = await segments.transaction(async (tx) => {
      await prepare?.(tx)
      if (!(await segments.exchange(conversation, from, to, tx))) throw conflict(null)
      await segments.touch(conversation.id, tx)
      return await segments.recordEdit(
        {
          conversation_id: conversation.id,
          user_id: conversation.user_id,
          segment_id: from.length === 1 ? from[0]!.id : null,
          kind,
          summary: short(summary),
          before: from,
          after: to,
          at: clock.now(),
        },
        tx,
      )
    })
    onChanged(conversation)
    return editId
  }

  const outcome = (from: readonly SegmentRow[], to: readonly SegmentRow[], edit_id: string | null) => {
    const staying = new Set(to.map((row) => row.id))
    return {
      segments: to.map(presentSegment),
      removed: from.filter((row) => !staying.has(row.id)).map((row) => row.id),
      edit_id,
    }
  }

  async function turn(conversation: Opened<'write'>, editId: string, undo: boolean) {
    const edit = await segments.edit(conversation.id, editId)
    if (!edit) throw new Refusal('not_found', 'There is no such change.')
    if ((edit.undone_at !== null) === undo) throw conflict(null)
    const stored = undo ? revive(edit.after) : revive(edit.before)
    const wanted = undo ? revive(edit.before) : revive(edit.after)
    const current = await segments.byIds(
      conversation.transcript_id ?? '',
      [...stored, ...wanted].map((row) => row.id),
    )
    const byId = new Map(current.map((row) => [row.id, row]))
    // Other changes since then may not be lost: the text must still be what this change left behind.
    for (const row of stored) {
      const now = byId.get(row.id)
      if (!now || now.text !== row.text || now.speaker !== row.speaker) throw conflict(now ?? null)
    }
    const from = stored.map((row) => byId.get(row.id)!)
    const to = wanted.map((row) => {
      const now = byId.get(row.id)
      return { ...row, idx: now?.idx ?? row.idx, revision: Math.max(row.revision, now?.revision ?? 0) + 1 }
    })
    await segments.transaction(async (tx) => {
      for (const row of to)
        if (!byId.has(row.id) && (await segments.isTaken(row.transcript_id, row.idx, tx)))
          if (!from.some((it) => it.idx === row.idx)) await segments.makeRoom(row.transcript_id, row.idx - 1, tx)
      if (!(await segments.exchange(conversation, from, to, tx))) throw conflict(null)
      await segments.markUndone(edit.id, undo ? clock.now() : null, tx)
      await segments.touch(conversation.id, tx)
    })
    onChanged(conversation)
    return outcome(from, to, edit.id)
  }

  return {
    async edit(
      conversation: Opened<'write'>,
      ref: string | number,
      it: { text?: string | undefined; speaker?: string | null | undefined; revision?: number | undefined },
    ) {
      if (it.text !== undefined) requireShort(it.text)
      const row = await find(conversation, ref)
      if (it.revision !== undefined && it.revision !== row.revision) throw conflict(row)
      const text = it.text !== undefined && it.text !== row.text ? it.text : undefined
      const speaker = it.speaker !== undefined && (it.speaker || null) !== row.speaker ? it.speaker || null : undefined
      if (text === undefined && speaker === undefined) return { segment: presentSegment(row), edit_id: null }
      const next = changed(row, { ...(text !== undefined && { text }), ...(speaker !== undefined && { speaker }) })
      const editId = await apply(conversation, {
        kind: text === undefined ? 'speaker' : 'text',
        summary: text ?? speaker ?? '',
        from: [row],
        to: [next],
      }).catch(async (error: unknown) => {
        if (error instanceof Refusal && error.code === 'conflict') throw conflict(await find(conversation, row.id))
        throw error
      })
      return { segment: presentSegment(next), edit_id: editId }
    },

    async remove(conversation: Opened<'write'>, ref: string | number) {
      const row = await find(conversation, ref)
      const editId = await apply(conversation, { kind: 'delete', summary: row.text, from: [row], to: [] })
      return outcome([row], [], editId)
    },

    async split(conversation: Opened<'write'>, ref: string | number, atChar: number, revision: number | undefined) {
      notLive(conversation)
      const row = await find(conversation, ref)
      if (revision !== undefined && revision !== row.revision) throw conflict(row)
      const head = row.text.slice(0, atChar).trim()
      const tail = row.text.slice(atChar).trim()
      if (!head || !tail)
        throw new Refusal('bad_request', 'at_char: leaves nothing on one side.', { details: { field: 'at_char' } })
      const headWords = row.words?.slice(0, countWords(head)) ?? null
      const share = head.length / (head.length + tail.length)
      const cut = headWords?.at(-1)?.end_ms ?? Math.round(row.start_ms + (row.end_ms - row.start_ms) * share)
      const first = { ...changed(row, { text: head, end_ms: cut }), words: headWords }
      const second: SegmentRow = {
        ...changed(row, { text: tail, start_ms: cut }),
        id: crypto.randomUUID(),
        idx: row.idx + 1,
        revision: 0,
        words: row.words?.slice(headWords?.length ?? 0) ?? null,
      }
      const editId = await apply(conversation, {
        kind: 'split',
        summary: row.text,
        from: [row],
        to: [first, second],
        prepare: (tx) => segments.makeRoom(row.transcript_id, row.idx, tx),
      })
      return outcome([row], [first, second], editId)
    },

    async merge(conversation: Opened<'write'>, ids: string[]) {
      notLive(conversation)
      const rows = await segments.byIds(conversation.transcript_id ?? '', ids)
      if (rows.length !== new Set(ids).size) throw unknownSegment()
      const text = rows.map((row) => row.text).join(' ')
      requireShort(text)
      const [head] = rows
      const merged = {
        ...changed(head!, { text, end_ms: Math.max(...rows.map((row) => row.end_ms)) }),
        words: rows.every((row) => row.words) ? rows.flatMap((row) => row.words!) : null,
      }
      const editId = await apply(conversation, { kind: 'merge', summary: text, from: rows, to: [merged] })
      return outcome(rows, [merged], editId)
    },

    async renameSpeaker(conversation: Opened<'write'>, from: string, to: string) {
      const rows = conversation.transcript_id ? await segments.ofSpeaker(conversation.transcript_id, from) : []
      if (rows.length === 0 || from === to) return { changed: 0, edit_id: null }
      const next = rows.map((row) => changed(row, { speaker: to }))
      const editId = await apply(conversation, {
        kind: 'rename_speaker',
        summary: `${from} → ${to}`,
        from: rows,
        to: next,
      })
      return { changed: rows.length, edit_id: editId }
    },

    async replace(
      conversation: Opened<'write'>,
      it: { find: string; replace: string; match_case: boolean; whole_words: boolean },
    ) {
      const literal = RegExp.escape(it.find)
      const bounded = it.whole_words ? `(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])` : literal
      const pattern = new RegExp(bounded, it.match_case ? 'gu' : 'giu')
      const inDatabase = it.find.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
      const candidates = conversation.transcript_id
        ? await segments.containing(conversation.transcript_id, inDatabase, it.match_case)
        : []
      const rows = candidates.filter((row) => row.text.search(pattern) >= 0)
      if (rows.length === 0) return { segments: [], removed: [], edit_id: null }
      const next = rows.map((row) => {
        const text = row.text.replace(pattern, () => it.replace)
        requireShort(text)
        return changed(row, { text })
      })
      const editId = await apply(conversation, {
        kind: 'replace',
        summary: `${it.find} → ${it.replace}`,
        from: rows,
        to: next,
      })
      return outcome(rows, next, editId)
    },

    undo: (conversation: Opened<'write'>, editId: string) => turn(conversation, editId, true),
    redo: (conversation: Opened<'write'>, editId: string) => turn(conversation, editId, false),

    async history(
      conversation: Opened<'read'>,
      { segmentId, cursor, limit }: { segmentId?: string | undefined; cursor: Date | null; limit: number },
    ) {
      const rows = await segments.editsOf(conversation.id, { segmentId, before: cursor, limit: limit + 1 })
      const shown = rows.slice(0, limit)
      return {
        items: shown.map((row) => ({
          id: row.id,
          kind: row.kind,
          summary: row.summary,
          segment_id: row.segment_id,
          at: row.at.toISOString(),
          undone: row.undone_at !== null,
        })),
        next: rows.length > limit ? shown.at(-1)!.at : null,
      }
    },
  }
}

export type Editing = ReturnType<typeof editingService>
