import type { StoredSpan } from '../../platform/database/schema/index.ts'

interface Stretch {
  start_ms: number
  end_ms: number
}

/** Pauses shorter than this belong to the speech around them. */
const BREATH_MS = 400

const joined = (spans: readonly Stretch[]): Stretch[] => {
  const result: Stretch[] = []
  for (const { start_ms, end_ms } of spans.toSorted((one, other) => one.start_ms - other.start_ms)) {
    const last = result.at(-1)
    if (last && start_ms - last.end_ms <= BREATH_MS) last.end_ms = Math.max(last.end_ms, end_ms)
    else result.push({ start_ms, end_ms })
  }
  return result
}

/** Second by second: what has text, what was lost, and what is silent because the engine heard it and found nothing. */
export function coverage(spoken: readonly Stretch[], lost: readonly Stretch[], duration_ms: number): StoredSpan[] {
  const marks: StoredSpan[] = [
    ...joined(spoken).map((it) => ({ ...it, state: 'transcribed' as const })),
    ...joined(lost).map((it) => ({ ...it, state: 'failed' as const })),
  ].toSorted((one, other) => one.start_ms - other.start_ms)
  const spans: StoredSpan[] = []
  let at = 0
  for (const { start_ms, end_ms, state } of marks) {
    const from = Math.max(at, Math.min(start_ms, duration_ms))
    const to = Math.min(end_ms, duration_ms)
    if (to <= from) continue
    if (from > at) spans.push({ start_ms: at, end_ms: from, state: 'silent' })
    spans.push({ start_ms: from, end_ms: to, state })
    at = to
  }
  if (at < duration_ms) spans.push({ start_ms: at, end_ms: duration_ms, state: 'silent' })
  return spans
}

/** While the work runs: up to here, and what is still to come. */
export const soFar = (position_ms: number, duration_ms: number): StoredSpan[] => {
  const at = Math.min(position_ms, duration_ms)
  return [
    ...(at > 0 ? [{ start_ms: 0, end_ms: at, state: 'transcribed' as const }] : []),
    ...(at < duration_ms ? [{ start_ms: at, end_ms: duration_ms, state: 'pending' as const }] : []),
  ]
}

/** Where work that was broken off goes on. */
export const positionOf = (spans: readonly StoredSpan[]) =>
  spans.find((it) => it.state === 'pending')?.start_ms ?? spans.at(-1)?.end_ms ?? 0

/** What remains of a pass that ended badly: its pending part has failed. */
export const brokenOff = (spans: readonly StoredSpan[], duration_ms: number): StoredSpan[] =>
  spans.length === 0
    ? [{ start_ms: 0, end_ms: duration_ms, state: 'failed' }]
    : spans.map((it) => (it.state === 'pending' ? { ...it, state: 'failed' } : it))
