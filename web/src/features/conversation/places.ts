import type { Segment } from '@mina/contract'
import { type RefObject, useCallback, useEffect, useRef } from 'react'
import type { AudioPlayer } from '../../ui/audio-player.ts'
import type { VirtualListControl } from '../../ui/virtual-list.tsx'
import type { Found } from './pieces.ts'

interface Places {
  segments: readonly Segment[]
  player: AudioPlayer | null
  hasSound: boolean
  list: RefObject<VirtualListControl | null>
  /** The second at which the page was opened. */
  t: number | undefined
  /** What was looked for and is looked at. */
  found: Found | undefined
}

/** Below the bar that stays at the top. */
const belowBar = 100

/** Which passage is looked at: the one that is heard, while it is in sight; else the first that is. */
export function lookedAt(list: VirtualListControl | null, heard: number): number {
  if (!list) return 0
  const { top, bottom } = list.bounds(heard)
  return heard >= 0 && bottom > belowBar && top < innerHeight ? heard : list.rowAt(belowBar)
}

/** Brings into sight, and under the needle, what a link, a search or a note points to. */
export function usePlaces({ segments, player, hasSound, list, t, found }: Places) {
  const goTo = useCallback(
    (ms: number) => {
      player?.seek(ms)
      list.current?.reveal(
        Math.max(
          0,
          segments.findLastIndex((it) => it.start_ms <= ms + 20),
        ),
      )
    },
    [player, list, segments],
  )
  const opened = useRef<number | undefined>(undefined)
  useEffect(() => {
    if (t === undefined || opened.current === t || !segments.length || (hasSound && !player)) return
    opened.current = t
    goTo(t * 1000)
  }, [t, player, hasSound, segments.length, goTo])
  // Text that arrives makes the finds anew; only another place moves the page.
  const row = found?.segment
  const place = found && `${found.segment} ${found.start}`
  const looked = useRef<string | undefined>(undefined)
  useEffect(() => {
    if (looked.current === place) return
    looked.current = place
    if (row === undefined || !list.current) return
    const { top, bottom } = list.current.bounds(row)
    if (top < 150 || bottom > innerHeight - 160) list.current.reveal(row, 0.35)
  }, [place, row, list])
  return goTo
}
