import type { SubtitleLimits } from './limits.ts'

export interface Unscheduled {
  start_ms: number
  end_ms: number
  /** Columns to read. */
  width: number
}

/** How far a caption may leave its speech to gain reading time, before it and after it. */
const lead = 300
const lag = 1500

/**
 * Gives every caption the time that it takes to read, borrowing from pauses and neighbours. Minimum, maximum and gap
 * always hold. Reading speed holds where the speaker leaves room for it: nothing is cut from what was said, so a
 * speaker who is faster than readers for long stays faster. Nothing is shown for longer than there is a recording to
 * show it on, unless its own words or the minimum want it.
 */
export const schedule = (
  cues: readonly Unscheduled[],
  limits: SubtitleLimits,
  length_ms = Number.POSITIVE_INFINITY,
): { start_ms: number; end_ms: number }[] => {
  const needs = cues.map(({ width }) =>
    Math.ceil(Math.min(limits.max_ms, Math.max(limits.min_ms, (width / limits.reading_speed) * 1000))),
  )
  const starts = cues.map((cue) => Math.round(cue.start_ms))
  const latest = starts.map((start) => start + lag)
  for (let at = cues.length - 2; at >= 0; at--) {
    const before = latest[at + 1]! - needs[at]! - limits.gap_ms
    latest[at] = Math.max(starts[at]! - lead, Math.min(latest[at]!, before))
  }
  let read = 0
  let free = 0
  for (let at = 0; at < cues.length; at++) {
    const natural = starts[at]!
    const wished = Math.max(read, Math.min(natural, latest[at]!))
    const near = Math.min(natural + lag, Math.max(natural - lead, wished))
    starts[at] = Math.max(0, free, near)
    read = starts[at]! + needs[at]! + limits.gap_ms
    free = starts[at]! + limits.min_ms + limits.gap_ms
  }
  return cues.map((cue, at) => {
    const start_ms = starts[at]!
    const wished = Math.max(Math.round(cue.end_ms), start_ms + needs[at]!)
    const next = at + 1 < starts.length ? starts[at + 1]! - limits.gap_ms : Number.POSITIVE_INFINITY
    const over = Math.max(length_ms, Math.round(cue.end_ms), start_ms + limits.min_ms)
    return { start_ms, end_ms: Math.min(wished, start_ms + limits.max_ms, next, over) }
  })
}
