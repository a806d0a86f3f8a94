import { useEffect } from 'react'
import { queries } from '../../app/session.ts'
import { overhear } from '../../live/overhear.ts'
import { withCaption } from './changes.ts'
import { changeOpened, conversationKey } from './query.ts'

/** So near to its end, the reader is following what is said. */
const nearEnd = 160

/** What is being recorded elsewhere is read along, word by word. */
export function useWatching(id: string, live: boolean) {
  useEffect(() => {
    if (!live) return
    const readAnew = () => void queries.invalidateQueries({ queryKey: conversationKey(id), exact: true })
    return overhear(
      { conversation_id: id },
      {
        said(it) {
          const page = document.documentElement
          const follows = page.scrollHeight - page.clientHeight - page.scrollTop < nearEnd
          changeOpened(id, (now) => ({ ...now, segments: withCaption(now.segments, { revision: 0, ...it }) }))
          if (follows) requestAnimationFrame(() => page.scrollTo({ top: page.scrollHeight, behavior: 'instant' }))
        },
        missed: readAnew,
        stopped: readAnew,
      },
    )
  }, [id, live])
}
