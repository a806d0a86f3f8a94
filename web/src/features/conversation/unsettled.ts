import type { Segment } from '@mina/contract'
import { useCallback, useState } from 'react'

/** Written in a passage that somebody else took away meanwhile. */
export interface Lost {
  segment: Segment
  text: string
}

/** What was written over a text that is no longer there: kept, and shown, until the person decides. */
export function useUnsettled() {
  const [conflicts, setConflicts] = useState<ReadonlyMap<string, string>>(new Map())
  const [lost, setLost] = useState<readonly Lost[]>([])
  return {
    conflicts,
    conflict: useCallback(
      (segment: string, mine: string) => setConflicts((now) => new Map(now).set(segment, mine)),
      [],
    ),
    settle: useCallback(
      (segment: string) =>
        setConflicts((now) => {
          const next = new Map(now)
          next.delete(segment)
          return next
        }),
      [],
    ),
    lost,
    lose: useCallback(
      (segment: Segment, text: string) =>
        setLost((now) => [...now.filter((it) => it.segment.id !== segment.id), { segment, text }]),
      [],
    ),
    letGo: useCallback((segment: string) => setLost((now) => now.filter((it) => it.segment.id !== segment)), []),
  }
}
