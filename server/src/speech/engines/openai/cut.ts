import type { Recording } from '../../port.ts'

/** A stretch of a recording as a file of its own, compressed, in a form that every provider takes. */
export interface AudioPart {
  path: string
  /** With the right ending. */
  name: string
  /** Where it begins in the recording. */
  start_ms: number
  duration_ms: number
  /** Removes the file. */
  release(): Promise<void>
}

export interface CutLimits {
  maxBytes: number
  maxSeconds: number
  signal?: AbortSignal
}

/** Cuts where nobody speaks. Parts come in order and lie without gap or overlap; they are made as they are asked for. */
export type CutAudio = (recording: Recording, limits: CutLimits) => AsyncIterable<AudioPart>
