import type { Segment } from '@mina/contract'
import type { Opened } from './query.ts'

export interface Changed {
  segments: Segment[]
  removed: string[]
}

const inOrder = (a: Segment, b: Segment) => a.start_ms - b.start_ms || a.end_ms - b.end_ms || a.idx - b.idx

/** What the server changed, put among what is known. A split moves the idx of all that follows, so the time decides. */
export function withChanged(it: Opened, { segments, removed }: Changed): Opened {
  const gone = new Set(removed)
  const fresh = new Map(segments.map((one) => [one.id, one]))
  let sameOrder = removed.length === 0
  const kept = it.segments.flatMap((one) => {
    if (gone.has(one.id)) return []
    const now = fresh.get(one.id)
    fresh.delete(one.id)
    return now ?? one
  })
  if (fresh.size) sameOrder = false
  const all = [...kept, ...fresh.values()]
  return { ...it, segments: sameOrder ? all : all.sort(inOrder) }
}

/** Text that arrived while the work runs takes the place of what stood from there on. */
export const withArrived = (it: Opened, from: number, arrived: Segment[]): Opened => ({
  ...it,
  segments: [...it.segments.filter((one) => one.idx < from), ...arrived],
})

/**
 * A caption takes the place of the one before it with the same number; a final is never taken back by an interim, and an
 * interim without words takes back itself.
 */
export function withCaption<S extends Pick<Segment, 'idx' | 'is_final' | 'text'>>(segments: readonly S[], it: S): S[] {
  const at = segments.findIndex((one) => one.idx === it.idx)
  if (segments[at]?.is_final && !it.is_final) return [...segments]
  if (!it.text) return segments.filter((one) => one !== segments[at])
  return at < 0 ? [...segments, it].sort((a, b) => a.idx - b.idx) : segments.with(at, it)
}

/** Newest first: undo takes the newest that stands; redo the oldest of those that were undone just now. */
export function steps<E extends { undone: boolean }>(
  edits: readonly E[],
): { undo: E | undefined; redo: E | undefined } {
  const undo = edits.find((it) => !it.undone)
  const undone = undo ? edits.slice(0, edits.indexOf(undo)) : edits
  return { undo, redo: undone.at(-1) }
}
