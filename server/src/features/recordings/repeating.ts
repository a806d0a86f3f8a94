import type { Db } from '../../platform/database/connect.ts'
import { inTransaction } from '../../platform/database/transaction.ts'
import { Refusal } from '../../platform/refusal.ts'
import { type Opened, unknownConversation } from '../conversations/index.ts'
import type { Tell, Transcripts, Wishes } from '../transcripts/index.ts'
import type { Claim, Owner } from './accept.ts'
import type { Playback } from './playback.ts'
import type { RecordingRepository } from './repository.ts'

interface RepeatingOptions {
  db: Db
  repository: RecordingRepository
  transcripts: Transcripts
  playback: Playback
  tell: Tell
  reserve: (owner: Owner, claim: Claim, tx: Db) => Promise<void>
}

const waiting = { percent: 0, speed: null, left_s: null, phase: 'waiting' as const }

/** Another pass over a recording that is here, and the end of one that runs. */
export function repeatingService({ db, repository, transcripts, playback, tell, reserve }: RepeatingOptions) {
  return {
    /** The version that is there stays until the new one is done. */
    async again(owner: Owner, { id }: Opened<'write'>, wishes: Wishes) {
      const engine = transcripts.engineFor(wishes)
      const { duration_ms } = await playback.recordingOf(id)
      return await inTransaction(db, async (tx) => {
        const conversation = await repository.hold(id, tx)
        if (!conversation) throw unknownConversation()
        if (conversation.status === 'live')
          throw new Refusal('live', 'This conversation is being recorded. Stop the recording first.')
        if (conversation.status === 'processing' || conversation.status === 'draft')
          throw new Refusal('conflict', 'This conversation is being transcribed already. Wait for it, or cancel it.')
        await reserve(owner, { audio_seconds: duration_ms / 1000, bytes: 0 }, tx)
        const transcript = await transcripts.begin(id, { ...wishes, engine }, tx)
        const earlier = conversation.transcript_id
        const isEmpty = !earlier || (await transcripts.repository.spansOf(earlier, tx)).length === 0
        const row = await repository.updateConversation(
          id,
          {
            status: 'processing',
            progress: waiting,
            failure: null,
            // Where there is nothing to read yet, the new words are shown as they come.
            ...(isEmpty && { transcript_id: transcript.id }),
          },
          tx,
        )
        await transcripts.enqueue({ transcript, userId: owner.userId, duration_ms }, tx)
        await tell(row!.user_id, 'conversation', { id, status: row!.status, progress: row!.progress }, tx)
        return { id, status: row!.status }
      })
    },

    async cancel({ id, status }: Opened<'write'>) {
      await transcripts.cancel(id)
      const now = await repository.find(id)
      return { status: now?.status ?? status }
    },
  }
}

export type Repeating = ReturnType<typeof repeatingService>
