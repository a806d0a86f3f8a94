import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { cut } from '../../audio/cut.ts'
import type { Log } from '../../platform/log.ts'
import type { JobContext } from '../../platform/queue/job.ts'
import { SpeechError } from '../../speech/errors.ts'
import type { Recognisers } from '../../speech/registry.ts'
import { segmentRows } from '../conversations/index.ts'
import { type Heard as Words, type WordsOf, wordsFor } from '../transcripts/index.ts'
import type { LiveRepository, LiveRow } from './repository.ts'
import { pendingOf, spansOf } from './spans.ts'
import { segmentOf, type WordPlace } from './words.ts'

/** A missing stretch is heard with a little before and after it, so that no word is cut in two. */
const AROUND_MS = 300
const SHORTEST_MS = 200

export interface RepairOptions {
  log: Log
  repository: LiveRepository
  recognisers: Recognisers
  wordsOf: WordsOf
}

interface Heard {
  wav: string
  duration_ms: number
  row: LiveRow
  place: WordPlace & { completeness: { start_ms: number; end_ms: number; state: string }[] }
}

/**
 * Fills what was not recognised live, from the stored sound. True: the transcript covers all of it now. Where the
 * engine does not work the job tries again; the last time the stretches are marked as failed, and told.
 */
export async function repair(options: RepairOptions, heard: Heard, context: JobContext): Promise<boolean> {
  const { repository, recognisers, log } = options
  const { wav, duration_ms, row, place } = heard
  const finals = await repository.finals(place.transcript_id)
  // A session that was left, or killed with its server, has noted only how far its words reached.
  const known = pendingOf(place.completeness as never)
  const heard_ms = row.state === 'orphaned' || known.length === 0 ? row.transcribed_ms : duration_ms
  const whole = place.completeness.length > 0 && row.state === 'finished' && known.length === 0
  const spans = whole ? spansOf(finals, [], duration_ms, duration_ms) : spansOf(finals, known, heard_ms, duration_ms)
  const engine = () =>
    recognisers.pick({
      ...(row.language && { language: row.language }),
      ...(row.provider && { provider: row.provider }),
    })

  async function fill(span: { start_ms: number; end_ms: number }) {
    const from = Math.max(0, span.start_ms - AROUND_MS)
    const to = Math.min(duration_ms, span.end_ms + AROUND_MS)
    const piece = join(wav, '..', `piece-${from}.wav`)
    try {
      await cut(wav, piece, { start_ms: from, end_ms: to, format: 'wav', signal: context.signal })
      const recogniser = engine()
      const words = wordsFor(recogniser, await options.wordsOf(place.user_id))
      const asked = { signal: context.signal, ...(row.language && { language: row.language }) }
      const transcript = await recogniser.transcribe(
        { path: piece, duration_ms: to - from, channels: 1, size: (await stat(piece)).size, name: 'piece.wav' },
        { words: true, ...asked, ...(words.told.length > 0 && { vocabulary: words.told }) },
      )
      for (const it of transcript.utterances) await insert(span, moved(await words.corrected(it, asked), from))
    } finally {
      await rm(piece, { force: true })
    }
  }

  /** Between its neighbours by time; words of theirs that were heard again are theirs. */
  async function insert(span: { start_ms: number; end_ms: number }, it: Words) {
    const middle = (it.start_ms + it.end_ms) / 2
    if (!it.text.trim() || middle < span.start_ms || middle > span.end_ms) return
    const start_ms = Math.max(span.start_ms, it.start_ms)
    await repository.asWriter(row, {}, async (tx) => {
      const rows = segmentRows(tx)
      const before = (await repository.finals(place.transcript_id, tx)).findLast((other) => other.start_ms <= start_ms)
      const idx = (before?.idx ?? -1) + 1
      await rows.makeRoom(place.transcript_id, idx - 1)
      await rows.keep(place, { idx, ...segmentOf({ ...it, start_ms, end_ms: Math.min(span.end_ms, it.end_ms) }) })
    })
  }

  let failed = false
  const settled = [...spans]
  for (const span of pendingOf(spans)) {
    if (span.end_ms - span.start_ms < SHORTEST_MS) continue
    try {
      await fill(span)
    } catch (error) {
      context.signal.throwIfAborted()
      if (!context.lastAttempt && !(error instanceof SpeechError && error.code === 'unsupported_language')) throw error
      log.warn({ session: row.id, from_ms: span.start_ms, to_ms: span.end_ms }, 'a stretch was never recognised')
      failed = true
      settled.splice(
        settled.findIndex((it) => it.start_ms === span.start_ms),
        1,
        { ...span, state: 'failed' },
      )
    }
  }
  const filled = spansOf(await repository.finals(place.transcript_id), [], duration_ms, duration_ms)
  await repository.saveSpans(place.transcript_id, failed ? settled : filled)
  return !failed
}

const moved = (it: Words, by_ms: number): Words => ({
  ...it,
  start_ms: it.start_ms + by_ms,
  end_ms: it.end_ms + by_ms,
  ...(it.words && {
    words: it.words.map((word) => ({ ...word, start_ms: word.start_ms + by_ms, end_ms: word.end_ms + by_ms })),
  }),
})
