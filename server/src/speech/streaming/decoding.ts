import { createLeveller } from '../../audio/level.ts'
import type { PieceEngine, PieceRequest, RecognisedPiece } from './engine.ts'
import type { Tape } from './tape.ts'
import type { Island } from './voice.ts'

/** A stretch of the tape on its way through the engine. */
export interface Decoding {
  result: Promise<RecognisedPiece>
  /** It was a guess, and is the final. */
  makeFinal(): void
  /** It is not needed any more; where it is under way it goes on. */
  drop(): void
}

export interface Stretch {
  from: number
  to: number
  priority: PieceRequest['priority']
  islands?: readonly Island[]
}

interface DecoderOptions {
  engine: PieceEngine
  tape: Tape
  /** Word times are wanted. */
  words: boolean
  /** The stream is over. */
  signal: AbortSignal
}

/** Sends stretches of one stream's sound through its engine. */
export function stretchDecoder({ engine, tape, words, signal }: DecoderOptions) {
  const owner = {}
  return ({ from, to, priority, islands = [] }: Stretch): Decoding => {
    const dropped = new AbortController()
    const inside = islands.map(({ start, end }) => ({
      start: Math.max(0, start - from),
      end: Math.min(to, end) - from,
    }))
    const request: PieceRequest = {
      ...{ priority, owner, signal: AbortSignal.any([signal, dropped.signal]) },
      ...(words && { islands: inside }),
    }
    // A piece is levelled as one: the detector's gain, which follows the speaker, would change within it.
    const result = engine.recognise(createLeveller({ settle_s: 0 }).level(tape.read(from, to)), request)
    result.catch(() => {})
    return {
      result,
      makeFinal() {
        request.priority = 'live-final'
      },
      drop: () => dropped.abort(new Error('It is not needed any more.')),
    }
  }
}

export type DecodeStretch = ReturnType<typeof stretchDecoder>
