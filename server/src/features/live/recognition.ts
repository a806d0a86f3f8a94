import type { StoredSpan } from '../../platform/database/schema/index.ts'
import type { Log } from '../../platform/log.ts'
import type { RecognitionStream, Utterance } from '../../speech/port.ts'
import type { Recognisers } from '../../speech/registry.ts'
import { type SegmentRow, segmentRows } from '../conversations/index.ts'
import { type Heard, type WordsOf, wordsFor } from '../transcripts/index.ts'
import { costMeter, type LiveCost } from './cost.ts'
import type { LiveRepository, LiveRow } from './repository.ts'
import { pendingOf } from './spans.ts'
import { keepFinal, type WordPlace } from './words.ts'

export interface RecognitionOptions {
  log: Log
  repository: LiveRepository
  recognisers: Recognisers
  wordsOf: WordsOf
  onCost: (userId: string, cost: LiveCost) => void
}

/** The engine that a session asks for, or the one that stands in. */
export const engineFor = (recognisers: Recognisers, row: Pick<LiveRow, 'provider' | 'language'>) =>
  recognisers.pick({
    streaming: true,
    ...(row.provider && { provider: row.provider }),
    ...(row.language && { language: row.language }),
  })

interface Recording {
  row: LiveRow
  place: WordPlace & { completeness: readonly StoredSpan[] }
  diarize: boolean
}

/** Who hears a recording live, where its words are saved, and what was missed. */
export async function liveRecognition(options: RecognitionOptions, { row, place, diarize }: Recording) {
  const { log, repository, recognisers } = options
  const missed = pendingOf(place.completeness).filter((span) => span.end_ms <= row.transcribed_ms)
  const cost = costMeter((it) => options.onCost(row.user_id, it))
  let nextIdx = (await repository.lastIdx(place.transcript_id)) + 1
  let corrected = async (it: Utterance): Promise<Heard> => it

  return {
    /** Stretches whose words are a job's. */
    missed: missed as readonly StoredSpan[],
    get nextIdx() {
      return nextIdx
    },

    async open(offset_ms: number): Promise<RecognitionStream> {
      const engine = engineFor(recognisers, row)
      const words = wordsFor(engine, await options.wordsOf(place.user_id))
      corrected = (it) => words.corrected(it, row.language ? { language: row.language } : {})
      const stream = await engine.stream!({
        ...{ sampleRate: row.sample_rate, offset_ms, interim: true, words: true },
        ...(row.language && { language: row.language }),
        ...(words.told.length > 0 && { vocabulary: words.told }),
        ...(diarize && engine.capabilities.diarization && { diarize: true }),
      })
      await repository.describeTranscript(place.transcript_id, { engine: engine.name, language: row.language })
      return cost.opened(engine.name, stream)
    },

    /** null: somebody else writes this session now. `over`: nobody waits for the answer any more. */
    async save(utterance: Utterance, over: () => boolean): Promise<SegmentRow | null> {
      const kept = { row, place, repository, segments: segmentRows, over }
      const saved = await keepFinal(kept, await corrected(utterance))
      if (saved) nextIdx = saved.idx + 1
      return saved
    },

    miss(start_ms: number, end_ms: number) {
      missed.push({ start_ms, end_ms, state: 'pending' })
      repository
        .saveSpans(place.transcript_id, [...missed])
        .catch(() => log.warn({ session: row.id }, 'a missed stretch was not noted'))
    },
    end: cost.end,
  }
}

export type LiveRecognition = Awaited<ReturnType<typeof liveRecognition>>
