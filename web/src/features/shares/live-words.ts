import { getShare } from '@mina/contract'
import { useEffect, useState } from 'react'
import { call } from '../../api/call.ts'
import { overhear } from '../../live/overhear.ts'
import { withCaption } from '../conversation/changes.ts'
import type { Shared } from './shared.ts'

/** Nobody edits here, so all are as they first came. */
type Said = Shared['segments'][number] & { revision: number }

const asFirst = (segments: Shared['segments']): Said[] => segments.map((it) => ({ ...it, revision: 0 }))

/** Words as they are said, where a conversation is live; what was missed is read again. */
export function useLiveWords(token: string, known: Shared['segments'], live: boolean) {
  const [segments, set] = useState<readonly Said[]>(() => asFirst(known))
  const [ended, end] = useState(false)
  useEffect(() => {
    if (!live) return
    const readAnew = () =>
      void call(getShare, { params: { token } }).then(
        (it) => set(asFirst(it.segments)),
        () => undefined,
      )
    return overhear(
      { share: token },
      {
        said: (it) => set((now) => withCaption(now, { ...it, revision: 0 })),
        missed: readAnew,
        stopped() {
          end(true)
          readAnew()
        },
      },
    )
  }, [token, live])
  return { segments, ended }
}
