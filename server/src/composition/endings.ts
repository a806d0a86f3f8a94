import { eq } from 'drizzle-orm'
import type { ConversationRow } from '../features/conversations/index.ts'
import type { EndingHooks } from '../features/transcripts/index.ts'
import type { Usage } from '../features/usage/index.ts'
import type { Webhooks } from '../features/webhooks/index.ts'
import type { Clock } from '../platform/clock.ts'
import { users } from '../platform/database/schema/index.ts'
import type { Post } from './post.ts'

interface EndingsOptions {
  usage: Usage
  webhooks: Pick<Webhooks, 'publish'>
  post: Post
  clock: Clock
}

/** Ids and figures only: what was said never leaves by a webhook. */
const payloadOf = ({ id, title, status, source, language, duration_ms, word_count }: ConversationRow) => ({
  ...{ conversation_id: id, title, status, source, language, word_count },
  duration_s: Math.round(duration_ms / 1000),
})

/** What the house does when the recognition of a recording has ended: tell webhooks and owners, enter what it cost. */
export function composeEndings({ usage, webhooks, post, clock }: EndingsOptions): EndingHooks {
  const reservation = (userId: string, audio_seconds: number) => ({
    userId,
    month: `${clock.now().toISOString().slice(0, 7)}-01`,
    audio_seconds,
    jobs: 0,
  })
  return {
    onFinished: (row, tx) => webhooks.publish(row.user_id, 'conversation.finished', payloadOf(row), tx),
    onFailed: (row, tx) =>
      webhooks.publish(
        row.user_id,
        'conversation.failed',
        { ...payloadOf(row), reason: row.failure?.message ?? null },
        tx,
      ),
    async fileDone(row, tx) {
      const [owner] = await tx
        .select({ email: users.email, name: users.name, settings: users.settings })
        .from(users)
        .where(eq(users.id, row.user_id))
      if (owner?.settings.notify_long_files)
        void post.fileDone({ email: owner.email, name: owner.name, language: owner.settings.language }, row)
    },
    // What was reserved at acceptance is what is entered now; the month already counts it.
    meter: (use, tx) => usage.settle(reservation(use.userId, use.audio_seconds), use, tx),
    refund: (userId, { audio_seconds }, tx) => usage.refund(reservation(userId, audio_seconds), tx),
  }
}
