import type { Audit } from '../../access/audit.ts'
import { hashOf, newSecret } from '../../access/tokens.ts'
import type { Clock } from '../../platform/clock.ts'
import { Refusal } from '../../platform/refusal.ts'
import type { Opened } from '../conversations/index.ts'
import type { ShareRepository } from './repository.ts'

interface LinksOptions {
  repository: ShareRepository
  audit: Audit
  clock: Clock
  tokenBytes: number
  publicBaseUrl: string
  /** A page that shows this conversation should look again. */
  onChanged: (conversation: Opened<'write'>) => Promise<void>
  /** Whoever watches by this link is sent away, in every process. */
  onEnded: (shareIds: string[]) => void
}

interface NewLink {
  expires_in?: number | null | undefined
  can_comment: boolean
  can_listen: boolean
}

/** What an owner does with links. The token is shown once; only its hash is kept. */
export const linkService = ({
  repository,
  audit,
  clock,
  tokenBytes,
  publicBaseUrl,
  onChanged,
  onEnded,
}: LinksOptions) => ({
  async create(conversation: Opened<'write'>, { expires_in, can_comment, can_listen }: NewLink) {
    const token = newSecret(tokenBytes)
    const expires_at = expires_in ? new Date(clock.now().getTime() + expires_in * 1000) : null
    const row = await repository.insert({
      conversation_id: conversation.id,
      token_hash: hashOf(token),
      created_at: clock.now(),
      expires_at,
      can_comment,
      can_listen,
    })
    await audit.record({ action: 'share_create', actorId: conversation.user_id, subjectId: row.id })
    await onChanged(conversation)
    return {
      id: row.id,
      token,
      url: `${publicBaseUrl}/s/${token}`,
      expires_at: expires_at?.toISOString() ?? null,
    }
  },

  async list(conversation: Opened<'read'>) {
    const rows = await repository.of(conversation.id)
    return rows.map((row) => ({
      id: row.id,
      created_at: row.created_at.toISOString(),
      expires_at: row.expires_at?.toISOString() ?? null,
      can_comment: row.can_comment,
      can_listen: row.can_listen,
      views: row.views,
      comments: row.comments,
    }))
  },

  async revoke(conversation: Opened<'write'>, id: string) {
    if (!(await repository.revoke(conversation.id, id, clock.now())))
      throw new Refusal('not_found', 'There is no such link.')
    onEnded([id])
    await audit.record({ action: 'share_revoke', actorId: conversation.user_id, subjectId: id })
    await onChanged(conversation)
  },

  comments: (conversation: Opened<'read'>) => repository.commentsOf(conversation.id),

  async removeComment(conversation: Opened<'write'>, id: string) {
    if (!(await repository.removeComment(conversation.id, id)))
      throw new Refusal('not_found', 'There is no such comment.')
  },
})

export type LinkService = ReturnType<typeof linkService>
