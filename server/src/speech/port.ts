/** What every recogniser is to the rest of Mina, whoever does the work. */

export interface Word {
  text: string
  start_ms: number
  end_ms: number
  /** null where the engine gives none. Never invented. */
  confidence: number | null
  /** As written, with punctuation and case, where it differs from `text`. */
  punctuated?: string
  speaker?: string
}

/** A stretch of speech with its words: what becomes one segment of a transcript. */
export interface Utterance {
  start_ms: number
  end_ms: number
  text: string
  confidence: number | null
  words?: Word[]
  /** Word times by estimate, not by the engine's own alignment. */
  wordsEstimated?: boolean
  speaker?: string
  channel?: number
  /** The engine or its guards doubt this text. */
  doubtful?: boolean
}

export interface Warning {
  code: 'language_mismatch' | 'low_confidence' | 'fallback' | 'no_speech' | 'option_ignored' | 'gap'
  message: string
  /** The stretch that it is about, where it is about one. */
  start_ms?: number
  end_ms?: number
}

export interface Transcript {
  utterances: Utterance[]
  /** BCP 47; what was asked for, or what was detected. */
  language: string | null
  duration_ms: number
  engine: string
  model: string
  warnings: Warning[]
  /** How many requests a provider needed for this recording. */
  chunks: number
  cost_usd: number
  /** The provider's own answer, for its dialect's extra fields. Never logged. */
  raw?: unknown
}

export interface RecognitionOptions {
  /** BCP 47, or `auto`. */
  language?: string
  model?: string
  diarize?: boolean
  punctuate?: boolean
  paragraphs?: boolean
  words?: boolean
  /** Each channel on its own, the speaker being the channel. */
  multichannel?: boolean
  /** Words that the speaker is likely to use. */
  vocabulary?: string[]
  prompt?: string
  temperature?: number
  /** Scheduling class of the embedded engine. */
  priority?: 'live-final' | 'live-interim' | 'short' | 'long'
  signal?: AbortSignal
  /** Text in order, as it becomes known. */
  onUtterance?: (utterance: Utterance) => void | Promise<void>
  onProgress?: (progress: Progress) => void
}

export interface Progress {
  /** 0 to 1. */
  done: number
  /** Seconds of audio worked through, for speed and time left. */
  audio_s: number
}

/** A finished recording on this machine's disk, already judged to be audio. */
export interface Recording {
  path: string
  /** Where in the file it begins, for engines that seek; its length and all times count from there. */
  from_ms?: number
  duration_ms: number
  channels: number
  size: number
  /** A file name with the right ending, for providers that look at it. */
  name: string
}

export interface Capabilities {
  batch: boolean
  streaming: boolean
  diarization: boolean
  /** Hears each channel of a recording by itself. */
  channels: boolean
  /** Begins in the middle of a file where it is told to. */
  seeks?: boolean
  wordTimes: 'exact' | 'estimated' | 'none'
  confidence: boolean
  /** BCP 47 primary tags; `any` for engines that take what comes. */
  languages: readonly string[] | 'any'
  detectsLanguage: boolean
  maxBytes?: number
  maxSeconds?: number
  models: readonly string[]
}

export type StreamEvent =
  | { type: 'speech_started'; at_ms: number }
  | { type: 'interim'; utterance: Utterance; stable_chars: number }
  | { type: 'final'; utterance: Utterance; speech_final: boolean }
  | { type: 'utterance_end'; at_ms: number }
  | { type: 'warning'; warning: Warning }

export interface StreamOptions extends RecognitionOptions {
  /** 16-bit little-endian mono at this rate. */
  sampleRate: number
  interim?: boolean
  /** Where this stream begins in the stored audio; all times are counted from the recording's start. */
  offset_ms?: number
}

/** One live stream: audio goes in, events come out, `finish` flushes what is left. */
export interface RecognitionStream extends AsyncIterable<StreamEvent> {
  /** Never blocks: the recording does not wait for the recogniser. Returns how far behind it is. */
  write(pcm: Int16Array): { lag_ms: number }
  /** Finalises what was heard so far without ending the stream. */
  flush(): Promise<void>
  /** Ends the stream; the iterable ends after the last final. */
  finish(): Promise<void>
  close(): Promise<void>
  /** What the stream has cost so far; engines without a price leave it out. */
  cost_usd?(): number
}

export interface Recogniser {
  readonly name: string
  readonly capabilities: Capabilities
  /** Why it can not be used now (a missing key, a missing model), naming the remedy; null when it can. */
  unavailable(): string | null
  transcribe(recording: Recording, options: RecognitionOptions): Promise<Transcript>
  stream?(options: StreamOptions): Promise<RecognitionStream>
  close?(): Promise<void>
}
