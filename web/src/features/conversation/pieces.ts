import type { Highlight, Segment } from '@mina/contract'
import type { Range } from './words.ts'

const longest = (text: string, said: string) => {
  const most = Math.min(text.length, said.length)
  // It began in this segment and goes on in the next, or began before and ends here.
  for (let length = most; length > 3; length--) {
    if (text.endsWith(said.slice(0, length))) return { start: text.length - length, end: text.length }
    if (text.startsWith(said.slice(-length))) return { start: 0, end: length }
  }
  return null
}

/** Where in this segment a highlight lies: it may be a part of it, all of it, or go on in its neighbours. */
export function placeOf(
  highlight: Pick<Highlight, 'text' | 'start_ms' | 'end_ms' | 'segment_id'>,
  segment: Pick<Segment, 'id' | 'text' | 'start_ms' | 'end_ms'>,
): Range | null {
  const own = highlight.segment_id === segment.id
  const overlaps = highlight.start_ms < segment.end_ms && highlight.end_ms > segment.start_ms
  if (!own && !overlaps) return null
  const said = highlight.text.trim()
  const start = segment.text.indexOf(said)
  if (start >= 0) return { start, end: start + said.length }
  const text = segment.text.trim()
  if (text && said.includes(text)) return { start: 0, end: segment.text.length }
  return longest(segment.text, said)
}

export interface Layer extends Range {
  className: string
}
export interface Piece {
  text: string
  className: string
}

/** Cuts a text wherever a layer begins or ends; each piece carries the names of all layers that lie over it. */
export function layered(text: string, layers: readonly Layer[]): Piece[] {
  if (!layers.length) return text ? [{ text, className: '' }] : []
  const cuts = new Set([0, text.length])
  for (const { start, end } of layers) {
    if (start > 0 && start < text.length) cuts.add(start)
    if (end > 0 && end < text.length) cuts.add(end)
  }
  const all = [...cuts].sort((a, b) => a - b)
  return all.slice(0, -1).map((from, place) => {
    const to = all[place + 1] ?? text.length
    const over = layers.filter((it) => it.start <= from && it.end >= to && it.end > it.start)
    return { text: text.slice(from, to), className: [...new Set(over.map((it) => it.className))].join(' ') }
  })
}

export interface FindOptions {
  find: string
  match_case: boolean
  whole_words: boolean
}
export interface Found extends Range {
  segment: number
}

const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')

/** Every place where a text is said, in order; the same places that `replace` changes on the server. */
export function findAll(
  segments: readonly Pick<Segment, 'text'>[],
  { find, match_case, whole_words }: FindOptions,
): Found[] {
  if (!find) return []
  const literal = escaped(find)
  const bounded = whole_words ? `(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])` : literal
  const pattern = new RegExp(bounded, match_case ? 'gu' : 'giu')
  return segments.flatMap((it, segment) =>
    [...it.text.matchAll(pattern)].map((match) => ({
      segment,
      start: match.index,
      end: match.index + match[0].length,
    })),
  )
}

/** The place to look at first: in the passage where one is or below it, as in every browser; else the last one above. */
export function nearest(found: readonly Found[], segment: number): number {
  const at = found.findIndex((it) => it.segment >= segment)
  return at < 0 ? Math.max(0, found.length - 1) : at
}
