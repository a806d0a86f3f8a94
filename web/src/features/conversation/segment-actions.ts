import type { Segment } from '@mina/contract'
import { type RefObject, useEffect, useMemo, useRef, useState } from 'react'
import type { AudioPlayer } from '../../ui/audio-player.ts'
import type { Written } from './editor.tsx'
import type { Edits } from './edits.ts'
import type { Passage } from './selected.ts'

export interface Editing {
  id: string
  /** The letter at which the caret stands. */
  at?: number
  /** What the passage says, where a change just made it that. */
  text?: string
}

/** What is done with a passage as a whole, by its menu. */
export interface PassageActions {
  highlight: (it: Passage) => void
  task: (it: Passage) => void
  share: (it: Passage) => void
}

export interface SegmentActions {
  play: (ms: number) => void
  edit: (it: Editing | null) => void
  saveText: (segment: Segment, it: Written) => void
  split: (segment: Segment, it: Written, at: number) => void
  merge: (segment: Segment) => void
  /** Joins with the passage before while this one is being written. */
  join: (segment: Segment, it: Written) => void
  cross: (segment: Segment, it: Written, by: 1 | -1) => void
  listen: (segment: Segment) => void
  remove: (segment: Segment) => void
  rename: (from: string, to: string) => void
  setSpeaker: (segment: string, speaker: string | null) => void
  settle: (segment: string) => void
  highlight: (segment: Segment) => void
  task: (segment: Segment) => void
  share: (segment: Segment) => void
}

export const passageOf = (it: Segment): Passage => ({
  text: it.text,
  start_ms: it.start_ms,
  end_ms: it.end_ms,
  segment_id: it.id,
  speaker: it.speaker ?? null,
})

export function segmentAtFocus(segments: readonly Segment[]) {
  const row = document.activeElement?.closest<HTMLElement>('[data-segment]')
  return row && segments.find((it) => it.id === row.dataset.segment)
}

/** Those who work by keyboard go on where they were. */
const focusPassage = (id: string) =>
  requestAnimationFrame(() => {
    if (document.activeElement !== document.body) return
    document.querySelector<HTMLElement>(`[data-segment="${id}"] .when`)?.focus({ preventScroll: true })
  })

/** An answer that comes later than this finds the person at something else. */
const patience_ms = 3000

/** So much is heard once more where listening goes on: what was said while the hand reached for the key. */
const again_ms = 2000

/** Where a passage is listened to from, wherever the sound stands. */
export const listenFrom = ({ start_ms, end_ms }: Pick<Segment, 'start_ms' | 'end_ms'>, now: number) =>
  now >= start_ms && now < end_ms ? Math.max(start_ms, now - again_ms) : start_ms

/** Always the newest, for functions that are made once. */
function useNewest<T>(it: T): RefObject<T> {
  const newest = useRef(it)
  newest.current = it
  return newest
}

/** What can be done with the passages, made once, so that no passage is drawn anew for it; and which is being written. */
export function useSegmentActions(
  segments: readonly Segment[],
  player: AudioPlayer | null,
  edits: Edits,
  passages: PassageActions,
) {
  const [editing, edit] = useState<Editing | null>(null)
  const known = useNewest(segments)
  const sound = useNewest(player)
  const asked = useNewest(passages)
  const { now, editText, setSpeaker, change, settle, conflict, lose } = edits

  const actions = useMemo<SegmentActions>(() => {
    /** How often writing began or ended. */
    let begun = 0
    const beside = ({ id }: Segment, by: 1 | -1) =>
      known.current[known.current.findIndex((it) => it.id === id) + by] as Segment | undefined
    /** False where somebody else changed the text meanwhile: then nothing of theirs is written over. */
    const keep = (segment: Segment, { text, base }: Written) => {
      const wanted = text.trim()
      const said = now(segment.id)?.text
      const isOurs = said === base || wanted === said
      const isNew = wanted !== '' && wanted !== base.trim() && wanted !== said
      if (said === undefined) {
        if (isNew) lose(segment, wanted)
        return false
      }
      if (isNew && isOurs) editText(segment.id, wanted)
      else if (isNew) conflict(segment.id, wanted)
      return isOurs && { segment: segment.id, text: isNew ? wanted : said }
    }
    const save = (segment: Segment, it: Written) => {
      // Nothing left in it means that it should go.
      if (it.text.trim()) keep(segment, it)
      else if (now(segment.id)?.text === it.base) void change({ kind: 'delete', segment: segment.id })
    }
    const write = (it: Editing | null) => {
      begun += 1
      edit(it)
    }
    /** Writing goes on where the change left it, unless something else was begun meanwhile. */
    const writeOn = (changed: ReturnType<typeof change>, where: (now: readonly Segment[]) => Editing | undefined) => {
      const [turn, asked_at] = [begun, performance.now()]
      void changed.then(({ segments = [] }) => {
        const place = where(segments)
        if (place && turn === begun && performance.now() - asked_at < patience_ms) write(place)
      })
    }
    const cross: SegmentActions['cross'] = (segment, it, by) => {
      const next = beside(segment, by)
      write(next ? { id: next.id, at: by > 0 ? 0 : next.text.length } : null)
      save(segment, it)
    }
    return {
      play: (ms) => sound.current?.play(ms),
      edit: (it) => {
        if (it) sound.current?.pause()
        write(it)
      },
      saveText(segment, it) {
        write(null)
        save(segment, it)
      },
      split(segment, it, at) {
        write(null)
        const written = keep(segment, it)
        if (!written) return
        const at_char = at - (it.text.length - it.text.trimStart().length)
        writeOn(change({ kind: 'split', segment: segment.id, at_char, written }), (parts) => {
          const tail = parts.find((one) => one.id !== segment.id)
          return tail && { id: tail.id, at: 0, text: tail.text }
        })
      },
      merge(segment) {
        const before = beside(segment, -1)
        if (!before) return
        write(null)
        void change({ kind: 'merge', segments: [before.id, segment.id] }).then(() => focusPassage(before.id))
      },
      join(segment, it) {
        // Nothing is left to be joined.
        if (!it.text.trim()) return cross(segment, it, -1)
        const before = beside(segment, -1)
        write(null)
        const written = keep(segment, it)
        if (!written || !before) return
        const segments = [before.id, segment.id]
        writeOn(change({ kind: 'merge', segments, written }), ([whole]) => {
          return whole && { id: whole.id, at: whole.text.length - written.text.trim().length, text: whole.text }
        })
      },
      cross,
      listen(segment) {
        const it = sound.current
        if (it?.playing()) it.pause()
        else it?.play(listenFrom(segment, it.position.now()))
      },
      remove(segment) {
        const next = beside(segment, 1) ?? beside(segment, -1)
        void change({ kind: 'delete', segment: segment.id }).then(() => next && focusPassage(next.id))
      },
      rename: (from, to) => void change({ kind: 'rename', from, to }),
      setSpeaker,
      settle,
      highlight: (segment) => asked.current.highlight(passageOf(segment)),
      task: (segment) => asked.current.task(passageOf(segment)),
      share: (segment) => asked.current.share(passageOf(segment)),
    }
  }, [now, editText, setSpeaker, change, settle, conflict, lose, known, sound, asked])

  useEffect(() => {
    if (editing) return () => void focusPassage(editing.id)
  }, [editing])
  return { editing, actions }
}
