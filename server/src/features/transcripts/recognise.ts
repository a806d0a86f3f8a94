import { peaks } from '../../audio/peaks.ts'
import { twoSides } from '../../audio/sides.ts'
import type { Db } from '../../platform/database/connect.ts'
import { inTransaction } from '../../platform/database/transaction.ts'
import type { Files } from '../../platform/files/port.ts'
import type { Log } from '../../platform/log.ts'
import { Hopeless, type JobContext } from '../../platform/queue/job.ts'
import { Refusal } from '../../platform/refusal.ts'
import type { Recording, Transcript } from '../../speech/port.ts'
import type { Recognisers } from '../../speech/registry.ts'
import { remainderOf } from '../../speech/remainder.ts'
import { positionOf } from './completeness.ts'
import type { Ending } from './ending.ts'
import { mayPass, NotOurs, reasonOf } from './failures.ts'
import { loudness } from './peaks.ts'
import type { RecordingRow, TranscriptRepository, Work } from './repository.ts'
import { type WordsOf, wordsFor } from './vocabulary.ts'
import { createWriter, type Tell } from './writer.ts'

const SHORT_MS = 120_000
/** The least that is worth cutting off to be heard. */
const SHORTEST_MS = 100
/** To draw the waveform takes the whole recording: the first words go before it, if they come soon. */
const DRAWN_AFTER_MS = 10_000

export interface RecogniseOptions {
  db: Db
  files: Files
  recognisers: Recognisers
  repository: TranscriptRepository
  tempDir: string
  tell: Tell
  ending: Ending
  wordsOf: WordsOf
  log: Log
}

const gone = () =>
  new Refusal('gone', 'The recording is not there any more, so it can not be transcribed. Upload it again.')

const recordingAt = (path: string, { duration_ms, channels, size, storage_key }: RecordingRow): Recording => ({
  ...{ path, duration_ms, channels, size },
  name: `recording${storage_key.slice(storage_key.lastIndexOf('.'))}`,
})

/** One pass over one recording: what the job does. */
export function recogniseService(options: RecogniseOptions) {
  const { db, files, recognisers, repository, tempDir, tell, ending, log } = options
  /** By conversation: what ends when its owner says so. */
  const running = new Map<string, Set<AbortController>>()

  async function keepPeaks(recording: RecordingRow, path: string, signal: AbortSignal) {
    try {
      if (await repository.hasPeaks(recording.conversation_id)) return
      const drawn = await peaks(path, { duration_ms: recording.duration_ms, pairs: 4_000, signal })
      await repository.keepPeaks(recording.conversation_id, loudness(drawn))
    } catch (error) {
      if (!signal.aborted)
        log.warn({ conversation: recording.conversation_id, error: (error as Error).name }, 'no waveform was drawn')
    }
  }

  /** Draws the waveform once: when it is asked for, or when it has waited long enough. */
  function drawingOf(recording: RecordingRow, path: string, signal: AbortSignal) {
    let drawing: Promise<void> | undefined
    const drawn = () => {
      clearTimeout(timer)
      drawing ??= keepPeaks(recording, path, signal)
      return drawing
    }
    const timer = setTimeout(drawn, DRAWN_AFTER_MS)
    return drawn
  }

  /** Whom to ask, and what of the wishes it can fulfil. */
  async function engineFor({ transcript: { options: asked } }: Work, input: Recording, signal: AbortSignal) {
    const wish: typeof asked & { multichannel?: boolean } = { ...asked }
    const ignored: Transcript['warnings'] = []
    let engine = recognisers.pick(wish)
    if (wish.diarize && !engine.capabilities.diarization) {
      engine = recognisers.pick({ ...wish, diarize: false })
      wish.diarize = false
      wish.multichannel = engine.capabilities.channels && (await twoSides({ ...input, signal }))
      if (!wish.multichannel)
        ignored.push({
          code: 'option_ignored',
          message: `The ${engine.name} engine can not tell speakers apart here, so they are not named.`,
        })
    }
    return { engine, wish, ignored }
  }

  /** Where this attempt begins. Speakers are told apart over the whole recording, so such a pass begins anew. */
  async function beginning({ transcript, recording }: Work, anew: boolean): Promise<number> {
    const last = (recording?.duration_ms ?? 0) - SHORTEST_MS
    const from_ms = anew ? 0 : Math.max(0, Math.min(positionOf(transcript.completeness), last))
    if (from_ms === 0 && transcript.completeness.length > 0)
      await inTransaction(db, async (tx) => {
        await repository.load(transcript.id, tx, true)
        await repository.clear(transcript.id, tx)
        await repository.update(transcript.id, { completeness: [] }, tx)
      })
    return from_ms
  }

  async function hear(work: Work, recording: RecordingRow, path: string, stop: AbortController, signal: AbortSignal) {
    const whole = recordingAt(path, recording)
    const { engine, wish, ignored } = await engineFor(work, whole, signal)
    const { told, corrected } = wordsFor(engine, await options.wordsOf(work.conversation.user_id))
    const from_ms = await beginning(work, wish.diarize === true || wish.multichannel === true)
    const { part, release } = await remainderOf(engine, whole, from_ms, { tempDir, signal })
    const writer = createWriter({
      ...{ db, repository, tell, work, from_ms, duration_ms: recording.duration_ms },
      onLost: (error) => stop.abort(error),
    })
    const waveformDrawn = drawingOf(recording, path, signal)
    try {
      const result = await engine.transcribe(part, {
        ...(wish.language && { language: wish.language }),
        ...(wish.diarize && { diarize: true }),
        ...(wish.multichannel && { multichannel: true }),
        words: true,
        punctuate: true,
        priority: recording.duration_ms < SHORT_MS ? 'short' : 'long',
        signal,
        ...(told.length > 0 && { vocabulary: told }),
        onUtterance: async (it) => {
          const { language } = wish
          await writer.add(await corrected(it, { ...(language && { language }), signal }))
          void waveformDrawn()
        },
        onProgress: writer.progress,
      })
      signal.throwIfAborted()
      await writer.flush()
      await waveformDrawn()
      // A silent rest says nothing about the part that was heard before.
      const warnings = result.warnings.filter((it) => from_ms === 0 || it.code !== 'no_speech')
      await ending.finish(work, { ...result, warnings: [...ignored, ...warnings] }, from_ms, writer.hold)
    } finally {
      await writer.end()
      // Sound that could not be understood can be listened to all the same.
      await waveformDrawn()
      await release()
    }
  }

  async function pass(work: Work, stop: AbortController, signal: AbortSignal) {
    const { recording } = work
    const local = recording && (await files.toLocal(recording.storage_key))
    if (!local) throw gone()
    try {
      await hear(work, recording, local.path, stop, signal)
    } finally {
      await local.release()
    }
  }

  return {
    async recognise(transcriptId: string, context: JobContext): Promise<void> {
      const work = await repository.load(transcriptId)
      if (work?.transcript.status !== 'running') return
      const stop = new AbortController()
      const mine = running.get(work.conversation.id) ?? new Set()
      running.set(work.conversation.id, mine.add(stop))
      const signal = AbortSignal.any([context.signal, stop.signal])
      try {
        await pass(work, stop, signal)
      } catch (error) {
        const reason = stop.signal.aborted ? stop.signal.reason : error
        if (reason instanceof NotOurs) return
        if (context.signal.aborted) throw new Error('The worker stopped in the middle; the work goes on elsewhere.')
        if (!context.lastAttempt && mayPass(reason)) throw reason
        log.warn(
          { conversation: work.conversation.id, code: reasonOf(reason).code, error: (reason as Error).name },
          'a transcription failed',
        )
        await ending.fail(transcriptId, reasonOf(reason))
        throw new Hopeless(reasonOf(reason).message, { cause: reason })
      } finally {
        mine.delete(stop)
        if (mine.size === 0) running.delete(work.conversation.id)
      }
    },

    /** Ends what this process does for these conversations, at once. */
    stop(conversationIds: readonly string[]) {
      for (const id of conversationIds) for (const it of running.get(id) ?? []) it.abort(new NotOurs())
    },
  }
}

export type RecogniseService = ReturnType<typeof recogniseService>
