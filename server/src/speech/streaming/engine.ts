import type { Word } from '../port.ts'
import type { Island, VoiceDetector } from './voice.ts'

export interface PieceRequest {
  /** Raised while it waits when a guess turns out to be the final. */
  priority: 'live-final' | 'live-guess' | 'live-interim'
  /** The stream that it is for. */
  readonly owner: object
  /** Not wanted any more. What is decoded already may be given all the same. */
  readonly signal: AbortSignal
  /** Where in the samples there is speech, when word times are wanted. */
  readonly islands?: readonly Island[]
}

export interface RecognisedPiece {
  text: string
  confidence: number | null
  /** Times in milliseconds from the piece's first sample. */
  words?: Word[]
  wordsEstimated?: boolean
  doubtful?: boolean
}

/** How much an engine has to do with live work; it sets the pace of what is not certain to be needed. */
export interface Load {
  /** What finals and guesses took of late of what the engine can do, 0 to 1. */
  finals: number
  /** Streams in which somebody speaks. */
  speaking: number
  /** Pieces that it decodes at once. */
  workers: number
}

/** What the wrapper needs to make live text out of an engine that knows finished pieces only. */
export interface PieceEngine {
  name: string
  openDetector(): Promise<VoiceDetector>
  recognise(samples: Int16Array, request: PieceRequest): Promise<RecognisedPiece>
  /** Not where each request is paid for: a piece is sent once, when it is over. */
  guesses?: false
  load(): Load
  /** Somebody begins to speak in one of its streams (1), or has ended (-1). */
  speaking(change: 1 | -1): void
}
