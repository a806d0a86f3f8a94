import type { StoredSpan } from '../../platform/database/schema/conversations.ts'

interface Range {
  start_ms: number
  end_ms: number
}

/** Less than this between two words is no silence worth telling. */
const SHORT_MS = 700

/** Second by second: where there are words, where it was silent, and what is still to be heard. */
export function spansOf(finals: readonly Range[], missed: readonly Range[], heard_ms: number, duration_ms: number) {
  const spans: StoredSpan[] = []
  const add = (start_ms: number, end_ms: number, state: StoredSpan['state']) => {
    const last = spans.at(-1)
    if (end_ms <= start_ms) return
    if (last && last.state === state && start_ms <= last.end_ms) last.end_ms = Math.max(last.end_ms, end_ms)
    else spans.push({ start_ms, end_ms, state })
  }
  const quiet = (from: number, to: number) => {
    let at = from
    for (const it of missed) {
      const start = Math.max(at, it.start_ms)
      const end = Math.min(to, it.end_ms)
      if (end <= start) continue
      add(at, start, 'silent')
      add(start, end, 'pending')
      at = end
    }
    const silentTo = Math.max(at, Math.min(to, heard_ms))
    add(at, silentTo, 'silent')
    add(silentTo, to, 'pending')
  }
  let at = 0
  for (const { start_ms, end_ms } of finals) {
    const start = Math.max(at, Math.min(start_ms, duration_ms))
    const end = Math.min(Math.max(start, end_ms), duration_ms)
    const isShort =
      start - at < SHORT_MS && start <= heard_ms && !missed.some((it) => it.start_ms < start && it.end_ms > at)
    if (isShort) add(at, end, 'transcribed')
    else {
      quiet(at, start)
      add(start, end, 'transcribed')
    }
    at = Math.max(at, end)
  }
  quiet(at, duration_ms)
  return spans
}

export const pendingOf = (spans: readonly StoredSpan[]): StoredSpan[] => spans.filter((it) => it.state === 'pending')
