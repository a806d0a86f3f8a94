import type { ConversationRow } from '../features/conversations/index.ts'
import type { Claim, Owner } from '../features/recordings/index.ts'
import type { SpeechUse } from '../features/transcripts/index.ts'
import type { Usage } from '../features/usage/index.ts'
import type { EventName, Webhooks } from '../features/webhooks/index.ts'
import type { Clock } from '../platform/clock.ts'
import type { Db } from '../platform/database/connect.ts'

/** What happens around a recording's way to text: it counts against the plan, and webhooks hear how it ended. */
export function recordingHooks(usage: Usage, webhooks: Pick<Webhooks, 'publish'>, clock: Clock) {
  const reservation = (userId: string, audio_seconds: number) => ({
    ...{ userId, audio_seconds, jobs: 0 },
    month: `${clock.now().toISOString().slice(0, 7)}-01`,
  })
  const ended = (event: EventName) => (conversation: ConversationRow, tx: Db) =>
    webhooks.publish(
      conversation.user_id,
      event,
      { conversation_id: conversation.id, status: conversation.status, source: conversation.source },
      tx,
    )
  return {
    reserve: async ({ userId, plan }: Owner, { audio_seconds, bytes }: Claim, tx: Db) => {
      await usage.reserve(userId, plan, { audio_seconds, bytes }, tx)
    },
    // Its audio was counted when the recording was accepted.
    meter: (use: SpeechUse, tx: Db) => usage.settle(reservation(use.userId, use.audio_seconds), use, tx),
    refund: (userId: string, it: { audio_seconds: number }, tx: Db) =>
      usage.refund(reservation(userId, it.audio_seconds), tx),
    onFinished: ended('conversation.finished'),
    onFailed: ended('conversation.failed'),
  }
}
