import { setTimeout as pause } from 'node:timers/promises'
import type { Db } from '../../platform/database/connect.ts'
import { isUnavailable } from '../../platform/database/errors.ts'
import { countWords, type SegmentRow, type SegmentRows } from '../conversations/index.ts'
import type { Heard } from '../transcripts/index.ts'
import type { LiveRepository, LiveRow } from './repository.ts'

/** Where the words of a session go. */
export interface WordPlace {
  id: string
  user_id: string
  transcript_id: string
}

export const segmentOf = (it: Heard) => ({
  start_ms: Math.round(it.start_ms),
  end_ms: Math.round(it.end_ms),
  text: it.text,
  uncorrected: it.uncorrected ?? null,
  is_final: true,
  speaker: it.speaker ?? null,
  confidence: it.confidence,
  words:
    it.words?.map((word) => ({
      text: word.punctuated ?? word.text,
      start_ms: Math.round(word.start_ms),
      end_ms: Math.round(word.end_ms),
      confidence: word.confidence,
    })) ?? null,
  words_estimated: it.wordsEstimated ?? false,
  doubtful: it.doubtful ?? false,
  word_count: countWords(it.text),
})

interface KeepOptions {
  row: LiveRow
  place: WordPlace
  repository: LiveRepository
  segments: (db: Db) => SegmentRows
  /** True once nobody needs the answer any more. */
  over: () => boolean
}

/**
 * Saves one final: the words and how far they reach, together and only by the one writer. A database that is away is
 * waited for. null: somebody else writes this session now.
 */
export async function keepFinal(options: KeepOptions, utterance: Heard): Promise<SegmentRow | null> {
  const { row, place, repository, segments } = options
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await repository.asWriter(row, { transcribed_ms: Math.round(utterance.end_ms) }, async (tx) => {
        const idx = (await repository.lastIdx(place.transcript_id, tx)) + 1
        return await segments(tx).keep(place, { idx, ...segmentOf(utterance) })
      })
    } catch (error) {
      if (!isUnavailable(error) || options.over()) throw error
      await pause(Math.min(2_000, 100 * 2 ** attempt))
    }
  }
}
