import { useEffect, useState } from 'react'
import type { Shared } from './shared-page.tsx'

/** Nobody edits here, so all are as they first came. */
type Said = Shared['segments'][number] & { revision: number }

/** A caption takes the place of the one before it with the same number; a final is never taken back by an interim. */
export function withCaption(segments: readonly Said[], it: Said): Said[] {
  const at = segments.findIndex((one) => one.idx === it.idx)
  if (at < 0) return [...segments, it].sort((a, b) => a.idx - b.idx)
  if (segments[at]?.is_final && !it.is_final) return [...segments]
  return segments.with(at, it)
}

/** Words as they are said; the socket is fetched only where a conversation is live. */
export function useLiveWords(token: string, known: Shared['segments'], live: boolean) {
  const [segments, set] = useState<readonly Said[]>(() => known.map((it) => ({ ...it, revision: 0 })))
  const [ended, end] = useState(false)
  useEffect(() => {
    if (!live) return
    let close = () => {}
    let left = false
    void import('../../live/socket-link.ts').then(({ socketLink }) => {
      if (left) return
      const link = socketLink({ share: token })
      const stops = [
        link.on('interim', (it) =>
          set((now) => withCaption(now, { ...it, id: `interim-${it.idx}`, is_final: false, revision: 0 })),
        ),
        link.on('final', (it) => set((now) => withCaption(now, { ...it, is_final: true, revision: 0 }))),
        link.on('stopped', () => end(true)),
      ]
      close = () => {
        for (const stop of stops) stop()
        link.close()
      }
    })
    return () => {
      left = true
      close()
    }
  }, [token, live])
  return { segments, ended }
}
