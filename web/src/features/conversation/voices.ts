import { type Hue, hueOf, type Segment } from '@mina/contract'
import type { Span } from '../../ui/bars.ts'

/** Each speaker keeps the hue of the place at which they first spoke. */
export function huesOf(segments: readonly Pick<Segment, 'speaker'>[]): ReadonlyMap<string, Hue> {
  const hues = new Map<string, Hue>()
  for (const { speaker } of segments) if (speaker && !hues.has(speaker)) hues.set(speaker, hueOf(hues.size))
  return hues
}

export const voicesOf = (segments: readonly Segment[], hues: ReadonlyMap<string, Hue>): (Span & { hue: Hue })[] =>
  segments.map(({ start_ms, end_ms, speaker }) => ({ start_ms, end_ms, hue: (speaker && hues.get(speaker)) || 0 }))

/** How long each of them spoke, the longest first. */
export function speakingTimes(segments: readonly Segment[]): { name: string | null; ms: number }[] {
  const times = new Map<string | null, number>()
  for (const { speaker, start_ms, end_ms } of segments)
    times.set(speaker ?? null, (times.get(speaker ?? null) ?? 0) + Math.max(0, end_ms - start_ms))
  return [...times].map(([name, ms]) => ({ name, ms })).sort((a, b) => b.ms - a.ms)
}
