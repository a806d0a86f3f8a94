import type { Clock } from '../../platform/clock.ts'
import type { Db } from '../../platform/database/connect.ts'
import { inTransaction } from '../../platform/database/transaction.ts'
import type { Transcript } from '../../speech/port.ts'
import type { ConversationRow } from '../conversations/index.ts'
import { carryOver } from './carrying.ts'
import { brokenOff, coverage } from './completeness.ts'
import type { Reason } from './failures.ts'
import type { TranscriptRepository, Work } from './repository.ts'
import type { Tell } from './writer.ts'

const LONG_MS = 20 * 60_000

export interface SpeechUse {
  userId: string
  service: string
  endpoint: string
  audio_seconds: number
  cost_usd: number
}

/** What others do when a pass has ended. All of it is in the transaction of the ending: it happens once, or not. */
export interface EndingHooks {
  onFinished: (conversation: ConversationRow, tx: Db) => Promise<void>
  onFailed: (conversation: ConversationRow, tx: Db) => Promise<void>
  /** A long file is done: its owner may want a mail. */
  fileDone: (conversation: ConversationRow, tx: Db) => Promise<void>
  meter: (use: SpeechUse, tx: Db) => Promise<void>
  /** Gives back what was reserved when the work was accepted. */
  refund: (userId: string, it: { audio_seconds: number }, tx: Db) => Promise<void>
}

interface EndingOptions extends EndingHooks {
  db: Db
  clock: Clock
  repository: TranscriptRepository
  tell: Tell
}

const newsOf = ({ id, status, progress, title, failure }: ConversationRow) => ({ id, status, progress, title, failure })

/** How a pass ends: well, badly, or because somebody stopped it. */
export function endingService(options: EndingOptions) {
  const { db, repository, tell } = options

  async function ended(conversation: ConversationRow, tx: Db) {
    await tell(conversation.user_id, 'conversation', newsOf(conversation), tx)
    return conversation
  }

  return {
    async finish(work: Work, result: Transcript, from_ms: number, hold: (tx: Db) => Promise<Work>) {
      const { recording } = work
      const duration_ms = recording?.duration_ms ?? result.duration_ms
      await inTransaction(db, async (tx) => {
        const { conversation, transcript } = await hold(tx)
        const lost = result.warnings.flatMap((it) =>
          it.start_ms === undefined || it.end_ms === undefined
            ? []
            : [{ start_ms: it.start_ms + from_ms, end_ms: it.end_ms + from_ms }],
        )
        const earlier = conversation.transcript_id
        if (earlier && earlier !== transcript.id) await carryOver(earlier, transcript, tx)
        await repository.update(
          transcript.id,
          {
            status: 'done',
            engine: result.engine,
            model: result.model,
            language: result.language,
            word_count: await repository.wordsOf(transcript.id, tx),
            completeness: coverage(await repository.spansOf(transcript.id, tx), lost, duration_ms),
          },
          tx,
        )
        const row = await repository.read(
          conversation.id,
          transcript.id,
          {
            status: 'final',
            progress: null,
            failure: null,
            duration_ms,
            language: result.language ?? conversation.language,
            warnings: result.warnings.map(({ code, message }) => ({ code, message })),
          },
          tx,
        )
        await options.meter(
          {
            userId: row.user_id,
            service: `transcription.${result.engine}`,
            endpoint: 'job transcripts.recognise',
            audio_seconds: duration_ms / 1000,
            cost_usd: result.cost_usd,
          },
          tx,
        )
        await options.onFinished(row, tx)
        if (duration_ms > LONG_MS) await options.fileDone(row, tx)
        await ended(row, tx)
      })
    },

    /** The pass ends here, with this reason; an earlier good version stays as it was. */
    async fail(transcriptId: string, reason: Reason): Promise<ConversationRow | null> {
      return await inTransaction(db, async (tx) => {
        const work = await repository.load(transcriptId, tx, true)
        if (work?.transcript.status !== 'running') return null
        const { conversation, transcript, recording } = work
        const duration_ms = recording?.duration_ms ?? conversation.duration_ms
        await repository.update(
          transcript.id,
          { status: 'failed', completeness: brokenOff(transcript.completeness, duration_ms) },
          tx,
        )
        const earlier =
          conversation.transcript_id && conversation.transcript_id !== transcript.id
            ? await repository.byId(conversation.transcript_id, tx)
            : null
        const row = await repository.updateConversation(
          conversation.id,
          { status: earlier?.status === 'done' ? 'final' : 'failed', progress: null, failure: reason },
          tx,
        )
        await options.refund(row.user_id, { audio_seconds: duration_ms / 1000 }, tx)
        if (row.status === 'failed' && reason.code !== 'cancelled') await options.onFailed(row, tx)
        return await ended(row, tx)
      })
    },
  }
}

export type Ending = ReturnType<typeof endingService>
