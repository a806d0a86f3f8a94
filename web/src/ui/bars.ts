/** A stretch of the recording, in milliseconds. */
export interface Span {
  start_ms: number
  end_ms: number
}

/** The loudest peak under each bar; a quiet recording is lifted so that speech can be seen. */
export function bars(peaks: ArrayLike<number>, count: number): number[] {
  if (!peaks.length || count < 1) return []
  const found = Array.from({ length: count }, (_, bar) => {
    const from = Math.floor((bar * peaks.length) / count)
    const to = Math.max(from + 1, Math.floor(((bar + 1) * peaks.length) / count))
    let most = 0
    for (let at = from; at < to && at < peaks.length; at++) most = Math.max(most, Math.abs(peaks[at] ?? 0))
    return most
  })
  const loudest = Math.max(...found)
  return loudest > 0 ? found.map((it) => it / Math.max(loudest, 0.05)) : found
}

/** The span that holds this moment, by halving: spans are in order. */
export function spanAt<S extends Span>(spans: readonly S[], ms: number): S | undefined {
  let low = 0
  let high = spans.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const it = spans[middle] as S
    if (ms < it.start_ms) high = middle - 1
    else if (ms >= it.end_ms) low = middle + 1
    else return it
  }
}

export type Wholeness = 'transcribed' | 'silent' | 'pending' | 'failed'

/** How long each kind is, and the stretches in order without holes: what nothing is known about waits. */
export function whole(spans: readonly (Span & { kind: Wholeness })[], duration: number) {
  const filled: (Span & { kind: Wholeness })[] = []
  let at = 0
  const add = (it: Span & { kind: Wholeness }) => {
    const last = filled.at(-1)
    if (last?.kind === it.kind) last.end_ms = it.end_ms
    else filled.push({ ...it })
    at = it.end_ms
  }
  for (const span of [...spans].sort((a, b) => a.start_ms - b.start_ms)) {
    const start = Math.max(at, span.start_ms)
    const end = Math.min(span.end_ms, duration)
    if (end <= start) continue
    if (start > at) add({ kind: 'pending', start_ms: at, end_ms: start })
    add({ kind: span.kind, start_ms: start, end_ms: end })
  }
  if (at < duration) add({ kind: 'pending', start_ms: at, end_ms: duration })
  const totals: Partial<Record<Wholeness, number>> = {}
  for (const it of filled) totals[it.kind] = (totals[it.kind] ?? 0) + it.end_ms - it.start_ms
  return { spans: filled, totals }
}
