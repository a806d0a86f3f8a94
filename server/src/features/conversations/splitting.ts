import { Refusal } from '../../platform/refusal.ts'
import type { SegmentRow } from './rows.ts'

const tokens = (text: string) => text.split(/\s+/).filter(Boolean).length

type Half = Pick<SegmentRow, 'text' | 'start_ms' | 'end_ms' | 'words'>

/** A segment cut in two: each half takes its words along, and the cut lies where they part. */
export function halves(row: SegmentRow, atChar: number): [Half, Half] {
  const head = row.text.slice(0, atChar).trim()
  const tail = row.text.slice(atChar).trim()
  if (!head.isWellFormed() || !tail.isWellFormed() || !head || !tail)
    throw new Refusal('bad_request', 'at_char: leaves nothing on one side, or cuts a character in two.', {
      details: { field: 'at_char' },
    })
  const share = head.length / (head.length + tail.length)
  const guess = Math.round(row.start_ms + (row.end_ms - row.start_ms) * share)
  const { words } = row
  // Where words are not set apart by spaces, or not by the same ones, time tells which half a word belongs to.
  const countable = words !== null && words.length === tokens(row.text) && tokens(head) + tokens(tail) === words.length
  const count = countable ? tokens(head) : (words?.findLastIndex((it) => it.start_ms < guess) ?? -1) + 1
  const cut = words?.[count - 1]?.end_ms ?? guess
  const at = Math.min(Math.max(cut, row.start_ms), row.end_ms)
  return [
    { text: head, start_ms: row.start_ms, end_ms: at, words: words?.slice(0, count) ?? null },
    { text: tail, start_ms: at, end_ms: row.end_ms, words: words?.slice(count) ?? null },
  ]
}
