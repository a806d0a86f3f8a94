import type { Segment } from '@mina/contract'
import { type RefObject, useCallback, useEffect, useState, useSyncExternalStore } from 'react'
import type { AudioPlayer } from '../../ui/audio-player.ts'
import type { VirtualListControl } from '../../ui/virtual-list.tsx'
import { rangeOf } from './offsets.ts'
import { wordAt } from './words.ts'

type Begins = Pick<Segment, 'start_ms'>

const never = () => () => undefined

/** The last segment that began: between two of them the one before stays marked. */
function placeAt(segments: readonly Begins[], ms: number) {
  let low = 0
  let high = segments.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    if ((segments[middle]?.start_ms ?? 0) <= ms + 20) low = middle + 1
    else high = middle - 1
  }
  return high
}

/** Which passage is heard; -1 before anything was played. */
export function useHeard(player: AudioPlayer | null, segments: readonly Begins[]) {
  return useSyncExternalStore(player?.position.subscribe ?? never, () => {
    const ms = player?.position.now() ?? 0
    return ms > 0 || player?.playing() ? placeAt(segments, ms) : -1
  })
}

/** Marks the spoken word without drawing anything anew, by the browser's own highlights. */
export function useSpokenWord(player: AudioPlayer | null, segments: readonly Segment[], heard: number) {
  useEffect(() => {
    const segment = segments[heard]
    if (!player || !segment || typeof Highlight === 'undefined' || !CSS.highlights) return
    let marked = -1
    const mark = () => {
      const word = wordAt(segment, player.position.now())
      if ((word?.start ?? -1) === marked && CSS.highlights.has('spoken')) return
      marked = word?.start ?? -1
      const text = document.querySelector(`[data-text="${segment.id}"]`)
      const range = word && text && rangeOf(text, word.start, word.end)
      if (range) CSS.highlights.set('spoken', new Highlight(range))
      else CSS.highlights.delete('spoken')
    }
    mark()
    const stop = player.position.subscribe(mark)
    return () => {
      stop()
      CSS.highlights.delete('spoken')
    }
  }, [player, segments, heard])
}

/** Keeps the passage that is heard in sight, until the reader scrolls elsewhere, and not from under the one who writes. */
export function useFollowing(
  player: AudioPlayer | null,
  heard: number,
  list: RefObject<VirtualListControl | null>,
  writing: boolean,
) {
  const [follows, follow] = useState(true)
  const reveal = useCallback(() => {
    if (heard < 0 || !list.current) return
    const { top, bottom } = list.current.bounds(heard)
    if (top < 90 || bottom > innerHeight - 160) list.current.reveal(heard)
  }, [heard, list])
  const playing = player?.playing() ?? false
  useEffect(() => {
    if (follows && playing && !writing) reveal()
  }, [follows, playing, writing, reveal])
  useEffect(() => {
    if (!follows || !playing) return
    const leave = () => follow(false)
    const keys = (event: KeyboardEvent) => {
      if (['PageUp', 'PageDown', 'Home', 'End'].includes(event.key)) leave()
    }
    addEventListener('wheel', leave, { passive: true })
    addEventListener('touchmove', leave, { passive: true })
    addEventListener('keydown', keys)
    return () => {
      removeEventListener('wheel', leave)
      removeEventListener('touchmove', leave)
      removeEventListener('keydown', keys)
    }
  }, [follows, playing])
  return { follows, follow }
}
