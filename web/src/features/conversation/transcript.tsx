import type { Highlight, Hue, Segment } from '@mina/contract'
import { type MouseEvent, type Ref, useMemo } from 'react'
import { useWords } from '../../i18n/index.ts'
import { VirtualList, type VirtualListControl } from '../../ui/virtual-list.tsx'
import { conversationMessages } from './messages/index.ts'
import { letterAt } from './offsets.ts'
import type { Found } from './pieces.ts'
import type { Editing, SegmentActions } from './segment-actions.ts'
import { SegmentRow } from './segment-row.tsx'
import { momentOf, type Range } from './words.ts'

interface TranscriptProps {
  segments: readonly Segment[]
  hues: ReadonlyMap<string, Hue>
  highlights: readonly Highlight[]
  found: readonly Found[]
  chosen: Found | undefined
  heard: number
  canEdit: boolean
  editing: Editing | null
  hasSound: boolean
  conflicts: ReadonlyMap<string, string>
  translations: ReadonlyMap<string, string>
  actions: SegmentActions
  control: Ref<VirtualListControl>
  /** Nothing may be left out on paper. */
  whole: boolean
}

const none: readonly never[] = []

/** Guessed by its letters: about 68 stand in a line of 28 pixels. */
const height = (it: Segment) => 24 + 28 * Math.max(1, Math.ceil(it.text.length / 66))

/** Which highlights may lie in a segment, found once for all of them. */
function bySegment(segments: readonly Segment[], highlights: readonly Highlight[]) {
  const found = new Map<string, Highlight[]>()
  for (const it of highlights) {
    for (const segment of segments) {
      const near = it.segment_id === segment.id || (it.start_ms < segment.end_ms && it.end_ms > segment.start_ms)
      if (near) found.set(segment.id, [...(found.get(segment.id) ?? []), it])
    }
  }
  return found
}

export function Transcript(props: TranscriptProps) {
  const { segments, hues, highlights, found, chosen, heard, actions, editing } = props
  const words = useWords(conversationMessages)
  const marked = useMemo(() => bySegment(segments, highlights), [segments, highlights])
  const finds = useMemo(() => {
    const all = new Map<number, (Range & { chosen: boolean })[]>()
    for (const it of found)
      all.set(it.segment, [...(all.get(it.segment) ?? []), { start: it.start, end: it.end, chosen: it === chosen }])
    return all
  }, [found, chosen])

  const draw = (segment: Segment, at: number) => (
    <SegmentRow
      segment={segment}
      first={at === 0}
      last={at === segments.length - 1}
      continues={at > 0 && (segments[at - 1]?.speaker ?? null) === (segment.speaker ?? null)}
      hues={hues}
      highlights={marked.get(segment.id) ?? none}
      found={finds.get(at) ?? none}
      heard={heard === at}
      canEdit={props.canEdit}
      editing={editing?.id === segment.id ? editing : null}
      hasSound={props.hasSound}
      conflict={props.conflicts.get(segment.id)}
      translation={props.translations.get(segment.id)}
      actions={actions}
    />
  )

  const wordUnder = (event: MouseEvent<HTMLDivElement>) => {
    const text = (event.target as Element).closest<HTMLElement>('[data-text]')
    const segment = text && segments.find((it) => it.id === text.dataset.text)
    if (!text || !segment) return null
    return { segment, letter: letterAt(text, event.clientX, event.clientY) ?? 0 }
  }
  return (
    // The time in each margin plays by key, its menu edits, and the arrows go from one to the next.
    // biome-ignore lint/a11y/noStaticElementInteractions: see above
    <div
      className="transcript"
      onClick={(event) => {
        // The second click of two, or the end of a selection, is meant otherwise.
        if (event.detail !== 1 || event.button !== 0 || !getSelection()?.isCollapsed) return
        const at = wordUnder(event)
        if (at) actions.play(momentOf(at.segment, at.letter))
      }}
      onKeyDown={(event) => {
        const by = { ArrowDown: 1, ArrowUp: -1 }[event.key]
        if (!by || !(event.target as Element).matches('.when')) return
        const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('.when')]
        rows[rows.indexOf(event.target as HTMLElement) + by]?.focus()
        event.preventDefault()
      }}
      onDoubleClick={(event: MouseEvent<HTMLDivElement>) => {
        const at = props.canEdit ? wordUnder(event) : null
        if (!at) return
        getSelection()?.removeAllRanges()
        actions.edit({ id: at.segment.id, at: at.letter })
      }}
    >
      {props.whole ? (
        <ul>
          {segments.map((it, at) => (
            <li key={it.id}>{draw(it, at)}</li>
          ))}
        </ul>
      ) : (
        <VirtualList
          label={words('transcript')}
          items={segments}
          keyOf={(it) => it.id}
          estimate={height}
          draw={draw}
          control={props.control}
        />
      )}
    </div>
  )
}
