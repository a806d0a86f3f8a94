import type { Audit } from '../../access/audit.ts'
import type { CallInfo, FileAnswer, Reply } from '../../access/route.ts'
import { Refusal } from '../../platform/refusal.ts'
import { isBeginning, type Playback } from '../recordings/index.ts'
import type { OpenedShare } from './visitors.ts'

const POINTS = 1_000

interface ListeningOptions {
  playback: Playback
  audit: Audit
}

/** The sound behind a link, for links that let it be heard. */
export const listening = ({ playback, audit }: ListeningOptions) => ({
  async audio({ share }: OpenedShare, call: { request: CallInfo; reply: Reply }): Promise<FileAnswer> {
    requireSound(share)
    const answer = await playback.audio(share.conversation_id, { ...call, as: 'visited' })
    if (isBeginning(answer)) await audit.record({ action: 'download', subjectId: share.id, ip: call.request.ip })
    return answer
  },

  async peaks({ share }: OpenedShare) {
    requireSound(share)
    return await playback.peaks(share.conversation_id, POINTS)
  },
})

function requireSound({ can_listen }: OpenedShare['share']) {
  if (!can_listen) throw new Refusal('forbidden', 'This link is for reading only.')
}

export type Listening = ReturnType<typeof listening>
