import { eq } from 'drizzle-orm'
import type { ConversationRow } from '../features/conversations/index.ts'
import type { Claim, Owner } from '../features/recordings/index.ts'
import type { EndingHooks } from '../features/transcripts/index.ts'
import type { Usage } from '../features/usage/index.ts'
import type { Webhooks } from '../features/webhooks/index.ts'
import type { Clock } from '../platform/clock.ts'
import type { Db } from '../platform/database/connect.ts'
import { users } from '../platform/database/schema/index.ts'
import type { Post } from './post.ts'

interface EndingsOptions {
  usage: Usage
  webhooks: Pick<Webhooks, 'publish'>
  post: Post
  clock: Clock
}

type Reserve = (owner: Owner, claim: Claim, tx: Db) => Promise<void>

/** Ids and figures only: what was said never leaves by a webhook. */
const payloadOf = ({ id, status, source, language, duration_ms, word_count }: ConversationRow) => ({
  ...{ conversation_id: id, status, source, language, word_count },
  duration_s: Math.round(duration_ms / 1000),
})

/** What happens around a recording's way to text: it counts against the plan; webhooks and its owner hear how it ended. */
export function composeEndings({ usage, webhooks, post, clock }: EndingsOptions): EndingHooks & { reserve: Reserve } {
  const reservation = (userId: string, audio_seconds: number) => ({
    userId,
    month: `${clock.now().toISOString().slice(0, 7)}-01`,
    audio_seconds,
    jobs: 0,
  })
  return {
    reserve: async ({ userId, plan }, claim, tx) => void (await usage.reserve(userId, plan, claim, tx)),
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
