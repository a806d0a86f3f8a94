import type { Bus } from '../../platform/bus.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Db } from '../../platform/database/connect.ts'
import { inTransaction } from '../../platform/database/transaction.ts'
import type { Files } from '../../platform/files/port.ts'
import type { Log } from '../../platform/log.ts'
import type { Utterance } from '../../speech/port.ts'
import type { Recognisers } from '../../speech/registry.ts'
import { coverage } from './completeness.ts'
import { type EndingHooks, endingService } from './ending.ts'
import { CANCELLED, UNFETCHED } from './failures.ts'
import { enqueue, mendTranscripts, recogniseJobs, type Send, transcriptHandlers } from './jobs.ts'
import { recogniseService } from './recognise.ts'
import { type TranscriptRow, transcriptRepository } from './repository.ts'
import type { WordsOf } from './vocabulary.ts'
import type { Tell } from './writer.ts'

export type { EndingHooks, SpeechUse } from './ending.ts'
export type { Send } from './jobs.ts'
export { loudness } from './peaks.ts'
export type { TranscriptRow } from './repository.ts'
export { type Heard, type UserWords, type WordsOf, wordsFor } from './vocabulary.ts'
export type { Tell } from './writer.ts'

const STOP = 'transcripts.stop'
/** A pass is not looked after before its job can have been sent. */
const ABANDONED_MS = 60_000
/** As many ids as fit into one message of the bus. */
const MOST_IDS = 150

export interface TranscriptsOptions extends EndingHooks {
  db: Db
  bus: Bus
  clock: Clock
  files: Files
  recognisers: Recognisers
  tempDir: string
  send: Send
  tell: Tell
  /** What the owner of a recording is likely to say. */
  wordsOf: WordsOf
  log: Log
}

export interface Wishes {
  provider?: string | undefined
  language?: string | undefined
  diarize?: boolean | undefined
}

const wishOf = ({ provider, language, diarize }: Wishes) => ({
  ...(provider && { provider }),
  ...(language && { language }),
  ...(diarize && { diarize }),
})

/** The passes over recordings: begun here, carried out by jobs, ended well or badly. */
export function createTranscripts(options: TranscriptsOptions) {
  const { db, bus, clock, recognisers, send, log } = options
  const repository = transcriptRepository(db)
  const ending = endingService({ ...options, repository })
  const service = recogniseService({ ...options, repository, ending })
  const unsubscribe = bus.subscribe(STOP, ({ ids }) => service.stop(ids as string[]))

  const stop = async (conversationIds: readonly string[]) => {
    service.stop(conversationIds)
    for (let at = 0; at < conversationIds.length; at += MOST_IDS)
      await bus.publish(STOP, { ids: conversationIds.slice(at, at + MOST_IDS) })
  }

  async function mend() {
    for (const id of await repository.abandoned(new Date(clock.now().getTime() - ABANDONED_MS))) {
      log.warn({ transcript: id }, 'a transcription that nobody works on was given up')
      await ending.fail(id, {
        code: 'internal',
        message: 'The transcription broke off several times and was given up. Try it again, or with another provider.',
      })
    }
  }

  const enqueued = (it: { transcript: TranscriptRow; userId: string; duration_ms: number }, tx: Db) => {
    const { transcript, ...rest } = it
    return enqueue(send, { ...rest, transcriptId: transcript.id, engine: transcript.engine }, tx)
  }

  /** A pass that was ended with its conversation goes on from where it was. False: there is nothing to go on with. */
  async function resumed(userId: string, { id }: TranscriptRow, tx: Db) {
    const work = await repository.load(id, tx, true)
    // Live words are no job's.
    if (work?.transcript.status !== 'running' || work.conversation.status !== 'processing') return true
    const jobs = await repository.jobsOf(id, tx)
    if (!work.recording) return jobs.length > 0
    // One that is under way was told to stop; one that waits still comes.
    if (jobs.every((state) => state === 'active'))
      await enqueued({ transcript: work.transcript, userId, duration_ms: work.recording.duration_ms }, tx)
    return true
  }

  return {
    repository,
    definitions: [...recogniseJobs, mendTranscripts],
    handlers: transcriptHandlers(service, mend),

    /** Refuses at once what no engine here can do; answers which engine would. */
    engineFor: (it: Wishes) => recognisers.pick({ ...wishOf(it), diarize: false }).name,

    /** A new pass for a conversation, waiting to be enqueued. */
    begin: (conversationId: string, it: Wishes & { engine: string }, tx: Db): Promise<TranscriptRow> =>
      repository.insert({ conversation_id: conversationId, engine: it.engine, options: wishOf(it) }, tx),

    enqueue: enqueued,

    /** Of a recording whose words are known already. */
    async fill(
      transcript: TranscriptRow,
      userId: string,
      it: { heard: readonly Utterance[]; language: string; duration_ms: number },
      tx: Db,
    ) {
      await repository.append(transcript, userId, it.heard, tx)
      const completeness = coverage(it.heard, [], it.duration_ms)
      const word_count = await repository.wordsOf(transcript.id, tx)
      await repository.update(transcript.id, { status: 'done', language: it.language, word_count, completeness }, tx)
      await repository.read(transcript.conversation_id, transcript.id, {}, tx)
    },

    fail: ending.fail,

    /** Ends every pass of this conversation, wherever it runs. */
    async cancel(conversationId: string) {
      for (const { id } of await repository.running(conversationId)) await ending.fail(id, CANCELLED)
      await stop([conversationId])
    },

    /** These conversations are there again, and so are the passes that ended with them. */
    async resume(userId: string, conversationIds: readonly string[]) {
      for (const conversationId of conversationIds)
        for (const transcript of await repository.running(conversationId)) {
          const goesOn = await inTransaction(db, (tx) => resumed(userId, transcript, tx))
          if (!goesOn) await ending.fail(transcript.id, UNFETCHED)
        }
    },

    stop,
    mend,
    close: unsubscribe,
  }
}

export type Transcripts = ReturnType<typeof createTranscripts>
