import type { EventQueue } from '../event-queue.ts'
import type { StreamEvent, Utterance } from '../port.ts'
import type { DecodeStretch } from './decoding.ts'
import type { RecognisedPiece } from './engine.ts'
import { isOf, type OpenPiece } from './piece.ts'
import type { Island } from './voice.ts'

const second = 16_000
/** Speech that waits for its final: beyond this the stream skips, and says so; the recording is complete all the same. */
export const mostWaiting = 120 * second
/** So many failed pieces in a row are no chance: the engine is broken. */
const mostFailures = 3

export interface Ending {
  /** The speech that ends with it. */
  islands: Island[]
  end: number
  /** It ends with a pause, not with a cut. */
  speech_final: boolean
}

interface FinalsOptions {
  decode: DecodeStretch
  events: EventQueue<StreamEvent>
  ms: (samples: number) => number
  words: boolean
  signal: AbortSignal
}

/** Finals of one stream: told in the order in which they were said, whichever is decoded first. */
export function orderedFinals({ decode, events, ms, words, signal }: FinalsOptions) {
  const waiting: { end: number; length: number }[] = []
  let told: Promise<void> = Promise.resolve()
  let failures = 0

  const utteranceOf = (from: number, { islands, end }: Ending, it: RecognisedPiece): Utterance => ({
    start_ms: ms(Math.max(from, islands[0]?.start ?? from)),
    end_ms: ms(Math.min(end, islands.at(-1)?.end ?? end)),
    ...{ text: it.text, confidence: it.confidence },
    ...(it.words &&
      words && {
        words: it.words.map((word) => ({
          ...word,
          start_ms: word.start_ms + ms(from),
          end_ms: word.end_ms + ms(from),
        })),
      }),
    ...(it.wordsEstimated && words && { wordsEstimated: true }),
    ...(it.doubtful && { doubtful: true }),
  })

  const skip = (from: number, end: number) =>
    events.push({
      type: 'warning',
      warning: {
        code: 'gap',
        message: `Speech at ${Math.round(ms(from) / 1000)} s to ${Math.round(ms(end) / 1000)} s was not recognised in time.`,
      },
    })

  /** The guess, where it was one of just this speech; null: too much waits already. */
  function decodingOf({ start: from, guess }: OpenPiece, { islands, end }: Ending) {
    if (guess && isOf(guess, islands.at(-1)?.end ?? end)) {
      guess.decoding.makeFinal()
      return guess.decoding
    }
    guess?.decoding.drop()
    const backlog = waiting.reduce((sum, entry) => sum + entry.length, 0)
    return backlog > mostWaiting ? null : decode({ from, to: end, priority: 'live-final', islands })
  }

  return {
    settle(piece: OpenPiece, ending: Ending) {
      const { start: from, shown } = piece
      piece.interim?.drop()
      const decoding = decodingOf(piece, ending)
      const entry = { end: ending.end, length: ending.end - from }
      waiting.push(entry)
      told = told.then(async () => {
        try {
          const heard = await decoding?.result
          failures = 0
          if (!heard) return skip(from, ending.end)
          const text = heard.text || shown.text
          const utterance = utteranceOf(from, ending, { ...heard, text, ...(!heard.text && { doubtful: true }) })
          if (text) events.push({ type: 'final', utterance, speech_final: ending.speech_final })
        } catch (error) {
          if (signal.aborted) return
          skip(from, ending.end)
          if (++failures >= mostFailures) events.fail(error)
        } finally {
          waiting.splice(waiting.indexOf(entry), 1)
        }
      })
    },
    get waiting() {
      return waiting.length
    },
    /** Where the speech begins to wait, in samples; the end of what was heard where none does. */
    reached: (position: number) => Math.min(position, waiting[0]?.end ?? position),
    /** All that were settled are told. */
    told: () => told,
  }
}

export type Finals = ReturnType<typeof orderedFinals>
