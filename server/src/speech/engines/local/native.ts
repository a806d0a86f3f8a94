import { createRequire } from 'node:module'

/** The part of sherpa-onnx-node that Mina uses; the package has no types of its own. Loaded in child processes only. */
interface Stream {
  acceptWaveform(wave: { samples: Float32Array; sampleRate: number }): void
}

export interface NativeResult {
  text: string
  tokens?: string[]
  timestamps?: number[]
  lang?: string
}

interface OfflineRecognizer {
  createStream(): Stream
  decodeAsync(stream: Stream): Promise<NativeResult>
}

interface OnlineRecognizer {
  createStream(): Stream & { inputFinished(): void }
  isReady(stream: Stream): boolean
  decode(stream: Stream): void
  getResult(stream: Stream): NativeResult
}

export interface Vad {
  acceptWaveform(samples: Float32Array): void
  isEmpty(): boolean
  isDetected(): boolean
  pop(): void
  front(external: boolean): { start: number; samples: Float32Array }
  reset(): void
  flush(): void
}

interface Diarization {
  process(samples: Float32Array): { start: number; end: number; speaker: number }[]
}

interface Punctuation {
  addPunct(text: string): string
}

export interface Native {
  OfflineRecognizer: { createAsync(config: object): Promise<OfflineRecognizer> }
  OnlineRecognizer: new (config: object) => OnlineRecognizer
  OfflineSpeakerDiarization: new (config: object) => Diarization
  OfflinePunctuation: new (config: object) => Punctuation
  Vad: new (config: object, bufferSeconds: number) => Vad
}

export const loadNative = (): Native => createRequire(import.meta.url)('sherpa-onnx-node') as Native
