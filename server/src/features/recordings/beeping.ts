import type { FileAnswer } from '../../access/route.ts'
import { beeped, type Stretch } from '../../audio/beep.ts'
import { decode } from '../../audio/decode.ts'
import { encode, playbackTypes } from '../../audio/encode.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Files } from '../../platform/files/port.ts'
import { Refusal } from '../../platform/refusal.ts'
import type { Opened } from '../conversations/index.ts'
import { redactSegments } from '../understanding/index.ts'
import type { ExportRows } from './export-rows.ts'
import type { Listening, Playback } from './playback.ts'
import type { RecordingRepository } from './repository.ts'

const KEPT_MS = 86_400_000
/** So far may a word be from where it was estimated to be. */
const ESTIMATE_MS = 400

interface BeepingOptions {
  rows: Pick<ExportRows, 'segments'>
  repository: Pick<RecordingRepository, 'doom'>
  files: Files
  playback: Playback
  clock: Clock
  maxSeconds: number
}

/** The recording with a tone wherever the transcript holds personal data. */
export function beepingService({ rows, repository, files, playback, clock, maxSeconds }: BeepingOptions) {
  /** Decoding is hard work: one at a time, and once for all who wait for the same. */
  let last: Promise<unknown> = Promise.resolve()
  const making = new Map<string, Promise<void>>()

  async function stretchesOf({ title, language }: Opened<'read'>, transcriptId: string): Promise<Stretch[]> {
    const { segments } = await redactSegments(await rows.segments(transcriptId), { title, language })
    return segments
      .flatMap(({ beeps, words_estimated }) => {
        const margin = words_estimated ? ESTIMATE_MS : 0
        return beeps.map(({ start_ms, end_ms }) => ({
          start_ms: Math.max(0, start_ms - margin),
          end_ms: end_ms + margin,
        }))
      })
      .sort((a, b) => a.start_ms - b.start_ms)
  }

  async function make(key: string, recordingKey: string, stretches: readonly Stretch[]) {
    const local = await files.toLocal(recordingKey)
    if (!local) throw new Refusal('gone', 'The recording of this conversation was removed; its text is kept.')
    try {
      // Nobody claims it: the sweep takes it away again.
      await repository.doom(key, new Date(clock.now().getTime() + KEPT_MS))
      const sound = await encode(beeped(decode(local.path, { maxSeconds }), stretches), 'mp3')
      await files.put(key, { body: sound })
    } finally {
      await local.release()
    }
  }

  async function made(key: string, work: () => Promise<void>) {
    const found = await files.stat(key)
    if (found) return found
    const under = making.get(key) ?? last.then(work)
    making.set(key, under)
    last = under.catch(() => {}).finally(() => making.delete(key))
    await under
    return await files.stat(key)
  }

  return {
    async audio(conversation: Opened<'read'>, listening: Listening): Promise<FileAnswer> {
      const { id, user_id, status, transcript_id, revision } = conversation
      const recording = await playback.recordingOf(id)
      // Never the plain sound to somebody who asked for it without what is private.
      if (status !== 'final' || !transcript_id)
        throw new Refusal('conflict', 'What is private here is only known once the transcript is complete.')
      const tag = `${revision}-${transcript_id}`
      const key = `users/${user_id}/conversations/${id}/beeped/${tag}.mp3`
      const file = await made(key, async () =>
        make(key, recording.storage_key, await stretchesOf(conversation, transcript_id)),
      )
      if (!file) throw new Refusal('conflict', 'The recording was removed or changed meanwhile. Please try again.')
      // The name that the file came with may name somebody.
      const heard = { storage_key: key, size: file.size, media_type: playbackTypes.mp3, filename: 'recording.mp3', tag }
      return await playback.part(heard, listening)
    },
  }
}

export type Beeping = ReturnType<typeof beepingService>
