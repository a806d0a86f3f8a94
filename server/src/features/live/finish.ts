import { mkdtemp, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { eq } from 'drizzle-orm'
import { cut } from '../../audio/cut.ts'
import { samplesOf, writeWav } from '../../audio/wav.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Db } from '../../platform/database/connect.ts'
import { doomedFiles } from '../../platform/database/schema/index.ts'
import type { Files } from '../../platform/files/port.ts'
import type { JobContext } from '../../platform/queue/job.ts'
import type { ConversationRow, Conversations } from '../conversations/index.ts'
import { type RepairOptions, repair } from './repair.ts'
import type { LiveRow } from './repository.ts'
import type { Tapes } from './tape.ts'
import { waveform } from './waveform.ts'

/** An upload of a recording that takes longer than this was broken off. */
const UPLOAD_MS = 3_600_000

/** A second pass over the whole recording, as a new version of its transcript; false where there is none. */
export type Improve = (
  conversation: ConversationRow,
  wish: { provider: string | null; language: string | null },
) => Promise<boolean>

export interface FinishOptions extends RepairOptions {
  db: Db
  clock: Clock
  files: Files
  tempDir: string
  tapes: Tapes
  conversations: Pick<Conversations, 'repository'>
  onFinished: (conversation: ConversationRow) => Promise<void>
  onChanged: (conversation: ConversationRow) => void
  improve: Improve
}

/** Makes a recording and a whole transcript of a session that has ended, from its stored sound. Repeatable. */
export function finishing(options: FinishOptions) {
  const { db, clock, log, files, tapes, repository, conversations } = options

  async function* soundOf(row: LiveRow) {
    for await (const block of tapes.blocks(row)) yield samplesOf(block)
  }

  /** The file is entered as doomed before it is there, and claimed with the row that names it. */
  async function keepRecording(row: LiveRow, flac: string, duration_ms: number, peaks: Buffer) {
    const key = `users/${row.user_id}/conversations/${row.conversation_id}/live-${row.fence}.flac`
    const { size } = await stat(flac)
    await db
      .insert(doomedFiles)
      .values({ storage_key: key, remove_after: new Date(clock.now().getTime() + UPLOAD_MS) })
      .onConflictDoNothing()
    const stored = await files.put(key, { path: flac })
    const before = await repository.recording(row.conversation_id)
    const kept = await repository.asWriter(row, {}, async (tx) => {
      await repository.putRecording(
        {
          conversation_id: row.conversation_id,
          user_id: row.user_id,
          storage_key: key,
          filename: 'recording.flac',
          media_type: 'audio/flac',
          size,
          sha256: stored.sha256,
          duration_ms,
          channels: 1,
          peaks,
        },
        tx,
      )
      await tx.delete(doomedFiles).where(eq(doomedFiles.storage_key, key))
      if (before && before.storage_key !== key)
        await tx.insert(doomedFiles).values({ storage_key: before.storage_key }).onConflictDoNothing()
      return true
    })
    return kept !== null
  }

  return async function finish(sessionId: string, context: JobContext) {
    const row = await repository.find(sessionId)
    if (!row || (row.state !== 'finished' && row.state !== 'orphaned') || row.finished_at) return
    if (await repository.isDeleted(row.conversation_id)) return
    const place = await repository.transcript(row.conversation_id)
    if (!place?.transcript_id) return
    const folder = await mkdtemp(join(options.tempDir, 'live-'))
    try {
      const wav = join(folder, 'sound.wav')
      const { samples, duration_ms } = await writeWav(wav, soundOf(row), row.sample_rate)
      const heard = { wav, duration_ms, row, place: { ...place, transcript_id: place.transcript_id } }
      const whole = samples === 0 || (await repair(options, heard, context))
      if (samples > 0) {
        const flac = join(folder, 'sound.flac')
        await cut(wav, flac, { format: 'flac', rate: row.sample_rate, signal: context.signal })
        if (!(await keepRecording(row, flac, duration_ms, await waveform(soundOf(row), samples)))) return
      }
      const stopped = row.state === 'finished'
      const ended = await repository.asWriter(row, { finished_at: clock.now() }, async () => true)
      if (!ended) return
      const conversation = await conversations.repository.update(row.conversation_id, { status: 'final', duration_ms })
      if (stopped) await tapes.remove(row.id)
      log.info({ session: row.id, ms: duration_ms, state: row.state, whole }, 'live recording finished')
      if (!conversation) return
      options.onChanged(conversation)
      // Where there is a second pass, its end is the end of the work.
      const improved = samples > 0 && (await options.improve(conversation, row))
      if (!improved) await options.onFinished(conversation)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
}

export type Finish = ReturnType<typeof finishing>
