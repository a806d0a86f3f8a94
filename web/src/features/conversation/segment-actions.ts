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
  merge: (segment: Segment, it?: Written) => void
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
  const { editText, setSpeaker, change, settle, conflict } = edits

  const actions = useMemo<SegmentActions>(() => {
    const beside = ({ id }: Segment, by: 1 | -1) =>
      known.current[known.current.findIndex((it) => it.id === id) + by] as Segment | undefined
    /** False where somebody else changed the text meanwhile: then nothing of theirs is written over. */
    const keep = (segment: Segment, { text, base }: Written) => {
      const wanted = text.trim()
      const isOurs = segment.text === base || wanted === segment.text
      if (wanted && wanted !== base.trim() && wanted !== segment.text) {
        if (isOurs) editText(segment.id, wanted)
        else conflict(segment.id, wanted)
      }
      return isOurs
    }
    const save = (segment: Segment, it: Written) => {
      // Nothing left in it means that it should go.
      if (it.text.trim()) keep(segment, it)
      else if (segment.text === it.base) void change({ kind: 'delete', segment: segment.id })
    }
    return {
      play: (ms) => sound.current?.play(ms),
      edit: (it) => {
        if (it) sound.current?.pause()
        edit(it)
      },
      saveText(segment, it) {
        edit(null)
        save(segment, it)
      },
      split(segment, it, at) {
        edit(null)
        const before = it.text.length - it.text.trimStart().length
        if (keep(segment, it)) void change({ kind: 'split', segment: segment.id, at_char: at - before })
      },
      merge(segment, it) {
        edit(null)
        const before = beside(segment, -1)
        if (it && !keep(segment, it)) return
        if (!before) return
        void change({ kind: 'merge', segments: [before.id, segment.id] }).then(() => focusPassage(before.id))
      },
      cross(segment, it, by) {
        const next = beside(segment, by)
        edit(next ? { id: next.id, at: by > 0 ? 0 : next.text.length } : null)
        save(segment, it)
      },
      listen({ start_ms, end_ms }) {
        const it = sound.current
        if (!it) return
        const now = it.position.now()
        if (it.playing()) it.pause()
        else it.play(now >= start_ms && now < end_ms ? undefined : start_ms)
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
  }, [editText, setSpeaker, change, settle, conflict, known, sound, asked])

  useEffect(() => {
    if (editing) return () => void focusPassage(editing.id)
  }, [editing])
  return { editing, actions }
}
