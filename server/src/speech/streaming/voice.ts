/** A stretch of speech between two silences, in 16 kHz samples from the beginning of the stream. */
export interface Island {
  start: number
  end: number
}

export interface Heard {
  /** Stretches that ended with what was fed: known 100 ms after their end. */
  islands: Island[]
  /** Someone is speaking at the end of what was fed. */
  speaking: boolean
}

/** One ear: tells speech from silence in the samples of one recording or stream, fed in order. */
export interface VoiceDetector {
  feed(samples: Int16Array, flush?: boolean): Promise<Heard>
  close(): void
}
