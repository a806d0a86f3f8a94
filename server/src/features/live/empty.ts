import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import type { Conversations } from '../conversations/index.ts'
import type { LiveRepository } from './repository.ts'

/** A phone without a line may come back for so long with all that it has recorded. */
const EMPTY_AFTER_MS = 3_600_000

interface EmptyOptions {
  clock: Clock
  log: Log
  repository: LiveRepository
  conversations: Pick<Conversations, 'library'>
  onRemoved: (userId: string, conversationId: string) => void
}

/** Recordings that were begun and left before anything was heard leave no empty conversation behind. */
export const removingEmpty =
  ({ clock, log, repository, conversations, onRemoved }: EmptyOptions) =>
  async () => {
    const now = clock.now()
    for (const { id, user_id } of await repository.empty(new Date(now.getTime() - EMPTY_AFTER_MS))) {
      const hidden = await conversations.library.hide(user_id, [id], now)
      if (hidden.length === 0) continue
      log.info({ conversation: id }, 'a recording without sound was removed')
      onRemoved(user_id, id)
    }
  }
