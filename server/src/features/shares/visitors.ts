import { addressKey } from '../../access/address.ts'
import type { Audit } from '../../access/audit.ts'
import { hashOf } from '../../access/tokens.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Bucket, Limiter } from '../../platform/limits/port.ts'
import { tooOften } from '../../platform/limits/waiting.ts'
import { Refusal } from '../../platform/refusal.ts'
import type { Conversations, Opened } from '../conversations/index.ts'
import type { ShareRepository, ShareRow } from './repository.ts'

const COMMENTS_OF_ONE: Bucket = { name: 'share-comments', points: 10, seconds: 600 }
const COMMENTS_OF_ALL: Bucket = { name: 'share-comments-all', points: 200, seconds: 3_600 }
const PAGE_SEEN: Bucket = { name: 'share-page', points: 1, seconds: 60 }
const READING: Bucket = { name: 'share-reading', points: 1, seconds: 3_600 }

interface VisitorsOptions {
  repository: ShareRepository
  conversations: Conversations
  audit: Audit
  limiter: Limiter
  clock: Clock
  /** A page that shows this conversation should look again. */
  onComment: (conversation: Opened<'read'>) => void
}

/** A link that was found good, and what it opens. */
export interface OpenedShare {
  share: ShareRow
  conversation: Opened<'read'>
}

interface NewComment {
  name: string
  text: string
  at_ms?: number | undefined
}

/** What whoever holds a link may do. */
export function visitorService({ repository, conversations, audit, limiter, clock, onComment }: VisitorsOptions) {
  /** Unknown: not found. Known but over, whatever the reason: gone. */
  async function openShare(token: string): Promise<OpenedShare> {
    const found = await repository.byHash(hashOf(token))
    if (!found) throw new Refusal('not_found', 'There is nothing behind this link.')
    const { share, ownerId, deletedAt } = found
    const over =
      share.revoked_at !== null || deletedAt !== null || (share.expires_at && share.expires_at <= clock.now())
    if (over) throw new Refusal('gone', 'This link is no longer open. Ask whoever sent it for a new one.')
    return { share, conversation: await conversations.open({ userId: ownerId }, share.conversation_id, 'read') }
  }

  const visitor = ({ share }: OpenedShare, ip: string) => `${share.id}:${hashOf(addressKey(ip)).slice(0, 16)}`

  return {
    openShare,

    /**
     * A page counts as it is sent; the call that its script then makes is the same visit. So is reading it again while it changes, for an
     * hour: who never came can not call it that, and stay off the record.
     */
    async countVisit(opened: OpenedShare, ip: string, by: 'page' | 'call' | 'again') {
      const key = visitor(opened, ip)
      const isGoingOn = async (bucket: Bucket) => (await limiter.look(bucket, key)).remaining === 0
      if (by === 'page') await limiter.take(PAGE_SEEN, key)
      else if (by === 'again' && (await isGoingOn(READING))) return
      else if (by === 'call' && (await isGoingOn(PAGE_SEEN))) return await limiter.clear(PAGE_SEEN, key)
      await limiter.take(READING, key)
      await repository.countView(opened.share.id)
      await audit.record({ action: 'share_view', subjectId: opened.share.id, ip })
    },

    async comments({ share }: OpenedShare) {
      requireComments(share)
      return await repository.commentsThrough(share.id)
    },

    async comment(opened: OpenedShare, ip: string, it: NewComment) {
      const { share, conversation } = opened
      requireComments(share)
      for (const [bucket, key] of [
        [COMMENTS_OF_ONE, visitor(opened, ip)],
        [COMMENTS_OF_ALL, share.id],
      ] as const) {
        const { allowed, reset } = await limiter.take(bucket, key)
        if (!allowed) throw tooOften('That is a lot of comments.', reset)
      }
      const row = await repository.insertComment({
        conversation_id: conversation.id,
        share_id: share.id,
        created_at: clock.now(),
        ...it,
      })
      onComment(conversation)
      return row
    },
  }
}

function requireComments(share: ShareRow) {
  if (!share.can_comment) throw new Refusal('forbidden', 'This link is for reading only.')
}

export type VisitorService = ReturnType<typeof visitorService>
