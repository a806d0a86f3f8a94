import { getShare } from '@mina/contract'
import { useEffect, useState } from 'react'
import { call } from '../../api/call.ts'
import { overhear } from '../../live/overhear.ts'
import { withCaption } from '../conversation/changes.ts'
import type { Shared } from './shared.ts'

const soon = 1000
const longest = 30_000

const readAgain = (token: string) => call(getShare, { params: { token }, query: { again: 'true' } })

/** Words as they are said, where a conversation is live; what was missed, and what came of it in the end, is read again. */
export function useLiveWords(token: string, opened: Shared): Shared {
  const [shared, set] = useState(opened)
  const { status } = shared.conversation
  useEffect(() => {
    if (status !== 'live') return
    const become = (status: Shared['conversation']['status']) =>
      set((now) => ({ ...now, conversation: { ...now.conversation, status } }))
    return overhear(
      { share: token },
      {
        said: (it) => set((now) => ({ ...now, segments: withCaption(now.segments, it) })),
        missed: () => void readAgain(token).then(set, () => undefined),
        stopped: () => become('processing'),
      },
    )
  }, [token, status])
  // Until the work is done that makes the sound, and writes down what was not heard at once.
  useEffect(() => {
    if (status !== 'processing') return
    let timer = 0
    const lookAfter = (wait: number) => {
      timer = window.setTimeout(() => void look(wait), wait)
    }
    const look = async (waited: number) => {
      const ours = timer
      const now = await readAgain(token).catch(() => undefined)
      if (ours !== timer) return
      if (now) set(now)
      lookAfter(Math.min(longest, waited * 1.5))
    }
    lookAfter(soon)
    return () => {
      clearTimeout(timer)
      timer = 0
    }
  }, [token, status])
  return shared
}
