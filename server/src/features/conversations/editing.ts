import { MOST_SEGMENT_CHARACTERS } from '@mina/contract'
import type { Clock } from '../../platform/clock.ts'
import { Refusal } from '../../platform/refusal.ts'
import { alignWords } from './alignment.ts'
import type { Opened } from './policy.ts'
import { presentSegment } from './present.ts'
import type { EditRow, SegmentRow } from './rows.ts'
import type { EditPlace, InTurn, SegmentRows } from './segment-rows.ts'
import { restored, snapshot } from './snapshots.ts'
import { halves } from './splitting.ts'
import { countWords } from './words.ts'

const SUMMARY_CHARACTERS = 120

interface EditingOptions {
  segments: SegmentRows
  inTurn: InTurn
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

/** What a page must show anew after a change. */
const outcome = (from: readonly SegmentRow[], to: readonly SegmentRow[], edit_id: string | null) => {
  const staying = new Set(to.map((row) => row.id))
  return {
    segments: to.map(presentSegment),
    removed: from.filter((row) => !staying.has(row.id)).map((row) => row.id),
    edit_id,
  }
}

/** What people change in a transcript. Each change keeps both sides: it can be shown, undone and made again. */
export function editingService({ segments, inTurn, clock, onChanged }: EditingOptions) {
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

  async function find(rows: SegmentRows, conversation: Opened<'write'>, ref: string | number, revision?: number) {
    const row = conversation.transcript_id ? await rows.find(conversation.transcript_id, ref) : null
    if (!row) throw unknownSegment()
    if (revision !== undefined && revision !== row.revision) throw conflict(row)
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
  }

  /** Decides what changes, changes it and remembers it, while nobody else changes anything. */
  async function change(conversation: Opened<'write'>, decide: (rows: SegmentRows) => Promise<Change | null>) {
    const result = await inTurn(conversation.id, async (rows) => {
      const it = await decide(rows)
      if (!it) return outcome([], [], null)
      await rows.exchange(conversation, it.from, it.to)
      const editId = await rows.recordEdit({
        conversation_id: conversation.id,
        user_id: conversation.user_id,
        segment_id: it.from.length === 1 ? it.from[0]!.id : null,
        kind: it.kind,
        summary: short(it.summary),
        before: snapshot(it.kind, it.from),
        after: snapshot(it.kind, it.to),
        at: clock.now(),
      })
      return outcome(it.from, it.to, editId)
    })
    if (result.edit_id) onChanged(conversation)
    return result
  }

  async function turn(conversation: Opened<'write'>, editId: string, undo: boolean) {
    const result = await inTurn(conversation.id, async (rows) => {
      const edit = await rows.edit(conversation.id, editId)
      if (!edit) throw new Refusal('not_found', 'There is no such change.')
      if ((edit.undone_at !== null) === undo) throw conflict(null)
      const there = restored(undo ? edit.after : edit.before)
      const wanted = restored(undo ? edit.before : edit.after)
      const transcriptId = conversation.transcript_id ?? ''
      const current = await rows.byIds(
        transcriptId,
        [...there, ...wanted].map((row) => row.id),
      )
      const byId = new Map(current.map((row) => [row.id, row]))
      // Other changes since then may not be lost: all must still be as this change left it behind.
      for (const row of there) {
        const now = byId.get(row.id)
        if (!now || now.text !== row.text || now.speaker !== row.speaker) throw conflict(now ?? null)
      }
      if (wanted.some((row) => row.transcript_id !== transcriptId)) throw conflict(null)
      const from = there.map((row) => byId.get(row.id)!)
      const to = wanted.map((row): SegmentRow => {
        const now = byId.get(row.id)
        return {
          ...now,
          ...(row as SegmentRow),
          idx: now?.idx ?? row.idx,
          revision: Math.max(row.revision, now?.revision ?? 0) + 1,
        }
      })
      for (const row of to) {
        const comesBack = !byId.has(row.id) && !from.some((it) => it.idx === row.idx)
        if (comesBack && (await rows.isTaken(transcriptId, row.idx))) await rows.makeRoom(transcriptId, row.idx - 1)
      }
      await rows.exchange(conversation, from, to)
      await rows.markUndone(edit.id, undo ? clock.now() : null)
      return outcome(from, to, edit.id)
    })
    onChanged(conversation)
    return result
  }

  return {
    async edit(
      conversation: Opened<'write'>,
      ref: string | number,
      it: { text?: string | undefined; speaker?: string | null | undefined; revision?: number | undefined },
    ) {
      if (it.text !== undefined) requireShort(it.text)
      let kept: SegmentRow | undefined
      const { segments: after, edit_id } = await change(conversation, async (rows) => {
        const row = await find(rows, conversation, ref, it.revision)
        kept = row
        const text = it.text !== undefined && it.text !== row.text ? it.text : undefined
        const speaker =
          it.speaker !== undefined && (it.speaker || null) !== row.speaker ? it.speaker || null : undefined
        if (text === undefined && speaker === undefined) return null
        const next = changed(row, { ...(text !== undefined && { text }), ...(speaker !== undefined && { speaker }) })
        const kind = text === undefined ? 'speaker' : 'text'
        return { kind, summary: text ?? speaker ?? '', from: [row], to: [next] }
      })
      return { segment: after[0] ?? presentSegment(kept!), edit_id }
    },

    remove: (conversation: Opened<'write'>, ref: string | number) =>
      change(conversation, async (rows) => {
        const row = await find(rows, conversation, ref)
        return { kind: 'delete', summary: row.text, from: [row], to: [] }
      }),

    split(conversation: Opened<'write'>, ref: string | number, atChar: number, revision: number | undefined) {
      notLive(conversation)
      return change(conversation, async (rows) => {
        const row = await find(rows, conversation, ref, revision)
        const [first, second] = halves(row, atChar)
        await rows.makeRoom(row.transcript_id, row.idx)
        const to = [
          { ...changed(row, first), ...first },
          { ...changed(row, second), ...second, id: crypto.randomUUID(), idx: row.idx + 1, revision: 0 },
        ]
        return { kind: 'split', summary: row.text, from: [row], to }
      })
    },

    merge(conversation: Opened<'write'>, ids: string[]) {
      notLive(conversation)
      return change(conversation, async (rows) => {
        const found = await rows.byIds(conversation.transcript_id ?? '', ids)
        if (found.length !== new Set(ids).size) throw unknownSegment()
        const [head] = found
        const between = await rows.countBetween(head!.transcript_id, head!.idx, found.at(-1)!.idx)
        if (between !== found.length)
          throw new Refusal('bad_request', 'ids: are not neighbours.', { details: { field: 'ids' } })
        const text = found.map((row) => row.text).join(' ')
        requireShort(text)
        const merged = {
          ...changed(head!, { text, end_ms: Math.max(...found.map((row) => row.end_ms)) }),
          words: found.every((row) => row.words) ? found.flatMap((row) => row.words!) : null,
        }
        return { kind: 'merge', summary: text, from: found, to: [merged] }
      })
    },

    async renameSpeaker(conversation: Opened<'write'>, from: string, to: string) {
      if (from === to) return { changed: 0, edit_id: null }
      const { segments: after, edit_id } = await change(conversation, async (rows) => {
        const found = conversation.transcript_id ? await rows.ofSpeaker(conversation.transcript_id, from) : []
        if (found.length === 0) return null
        const next = found.map((row) => changed(row, { speaker: to }))
        return { kind: 'rename_speaker', summary: `${from} → ${to}`, from: found, to: next }
      })
      return { changed: after.length, edit_id }
    },

    replace(
      conversation: Opened<'write'>,
      it: { find: string; replace: string; match_case: boolean; whole_words: boolean },
    ) {
      const literal = RegExp.escape(it.find)
      const bounded = it.whole_words ? `(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])` : literal
      const pattern = new RegExp(bounded, it.match_case ? 'gu' : 'giu')
      const inDatabase = it.find.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
      return change(conversation, async (rows) => {
        const candidates = conversation.transcript_id
          ? await rows.containing(conversation.transcript_id, inDatabase, it.match_case)
          : []
        const from: SegmentRow[] = []
        const to: SegmentRow[] = []
        for (const row of candidates) {
          const text = row.text.replace(pattern, () => it.replace)
          if (text === row.text) continue
          requireShort(text)
          from.push(row)
          to.push(changed(row, { text }))
        }
        return from.length > 0 ? { kind: 'replace', summary: `${it.find} → ${it.replace}`, from, to } : null
      })
    },

    undo: (conversation: Opened<'write'>, editId: string) => turn(conversation, editId, true),
    redo: (conversation: Opened<'write'>, editId: string) => turn(conversation, editId, false),

    async history(
      conversation: Opened<'read'>,
      { segmentId, before, limit }: { segmentId?: string | undefined; before: EditPlace | null; limit: number },
    ) {
      const rows = await segments.editsOf(conversation.id, { segmentId, before, limit: limit + 1 })
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
        next: rows.length > limit ? shown.at(-1)! : null,
      }
    },
  }
}

export type Editing = ReturnType<typeof editingService>
