import type { Segment } from '@mina/contract'
import { useEffect, useState } from 'react'
import { offsetIn } from './offsets.ts'
import { endOf, momentOf } from './words.ts'

/** Something that was said, with its place in time. */
export interface Passage {
  text: string
  start_ms: number
  end_ms: number
  segment_id: string
  speaker: string | null
}
export interface Selected extends Passage {
  /** Where it stands in the window. */
  at: { left: number; right: number; top: number; bottom: number }
}

const textOf = (node: Node | null): HTMLElement | null => {
  const element = node instanceof Element ? node : (node?.parentElement ?? null)
  return element?.closest<HTMLElement>('[data-text]') ?? element?.querySelector<HTMLElement>('[data-text]') ?? null
}

/** What is selected in the transcript, in letters and in time; null when nothing is. */
export function readSelection(segments: readonly Segment[]): Selected | null {
  const selection = getSelection()
  if (!selection || selection.isCollapsed || !selection.rangeCount) return null
  const range = selection.getRangeAt(0)
  const [from, to] = [textOf(range.startContainer), textOf(range.endContainer)]
  if (!from || !to) return null
  const place = (it: HTMLElement) => segments.findIndex((one) => one.id === it.dataset.text)
  const [first, last] = [place(from), place(to)]
  const [head, tail] = [segments[first], segments[last]]
  if (!head || !tail || last < first) return null
  const start = offsetIn(from, range.startContainer, range.startOffset)
  // A selection that was drawn to the margin of the next passage ends before it.
  const end = to.contains(range.endContainer) ? offsetIn(to, range.endContainer, range.endOffset) : 0
  const text = segments
    .slice(first, last + 1)
    .map((it, at) => it.text.slice(at === 0 ? start : 0, at === last - first ? end : undefined).trim())
    .filter(Boolean)
    .join(' ')
    .trim()
  if (!text) return null
  const { left, right, top, bottom } = range.getBoundingClientRect()
  return {
    text,
    start_ms: momentOf(head, start),
    end_ms: Math.max(endOf(tail, end), momentOf(head, start)),
    segment_id: head.id,
    speaker: head.speaker ?? null,
    at: { left, right, top, bottom },
  }
}

/** Follows the selection once the pointer or the key is up again: a bar must not jump about under the hand. */
export function useSelected(segments: readonly Segment[]) {
  const [selected, select] = useState<Selected | null>(null)
  useEffect(() => {
    let held = false
    const look = () => {
      if (!held) select(readSelection(segments))
    }
    const down = (event: PointerEvent) => {
      // On a touch screen the handles of the selection are moved outside of the page's sight.
      held = event.pointerType === 'mouse'
    }
    const up = () => {
      held = false
      // The browser clears a selection that is clicked on only after this.
      setTimeout(look)
    }
    document.addEventListener('selectionchange', look)
    document.addEventListener('pointerdown', down)
    document.addEventListener('pointerup', up)
    addEventListener('scroll', look, { passive: true })
    return () => {
      document.removeEventListener('selectionchange', look)
      document.removeEventListener('pointerdown', down)
      document.removeEventListener('pointerup', up)
      removeEventListener('scroll', look)
    }
  }, [segments])
  return { selected, clear: () => getSelection()?.removeAllRanges() }
}
