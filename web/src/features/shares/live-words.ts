import { getShare } from '@mina/contract'
import { useEffect, useState } from 'react'
import { call } from '../../api/call.ts'
import { overhear } from '../../live/overhear.ts'
import { withCaption } from '../conversation/changes.ts'
import type { Shared } from './shared.ts'

/** Words as they are said, where a conversation is live; what was missed, and what came of it in the end, is read again. */
export function useLiveWords(token: string, opened: Shared): Shared {
  const [shared, set] = useState(opened)
  const live = opened.conversation.status === 'live'
  useEffect(() => {
    if (!live) return
    const readAnew = () => void call(getShare, { params: { token } }).then(set, () => undefined)
    return overhear(
      { share: token },
      {
        said: (it) => set((now) => ({ ...now, segments: withCaption(now.segments, it) })),
        missed: readAnew,
        stopped() {
          set((now) => ({ ...now, conversation: { ...now.conversation, status: 'final' } }))
          readAnew()
        },
      },
    )
  }, [token, live])
  return shared
}
