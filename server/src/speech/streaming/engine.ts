import type { Word } from '../port.ts'
import type { Island, VoiceDetector } from './voice.ts'

export interface PieceRequest {
  priority: 'live-final' | 'live-interim'
  /** The stream that it is for. */
  owner: object
  signal: AbortSignal
  /** Where in the samples there is speech, when word times are wanted. */
  islands?: readonly Island[]
}

export interface RecognisedPiece {
  text: string
  confidence: number | null
  /** Times in milliseconds from the piece's first sample. */
  words?: Word[]
  wordsEstimated?: boolean
  doubtful?: boolean
}

/** What the wrapper needs to make live text out of an engine that knows finished pieces only. */
export interface PieceEngine {
  name: string
  openDetector(): Promise<VoiceDetector>
  recognise(samples: Int16Array, request: PieceRequest): Promise<RecognisedPiece>
  /** Not where each request is paid for: a piece is sent once, when it is over. */
  guesses?: false
  /** How busy the engine is with live work, 0 to 1, and how many streams share it: they set the pace of interim text. */
  load(): { busy: number; streams: number; workers: number }
}
