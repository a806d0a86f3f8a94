import type { Heard } from '../../streaming/voice.ts'

/** What the parent may ask of a child process, and what comes back. */
export interface Operations {
  load: { ask: EngineFiles; answer: null }
  decode: { ask: { samples: Int16Array }; answer: Decoded }
  'vad.load': { ask: { model: string }; answer: null }
  'vad.open': { ask: { stream: number }; answer: null }
  'vad.feed': { ask: { stream: number; samples: Int16Array; flush: boolean }; answer: Heard }
  'vad.close': { ask: { stream: number }; answer: null }
  diarize: { ask: DiarizationFiles & { pcm: string }; answer: { start_ms: number; end_ms: number; speaker: number }[] }
}

export type Operation = keyof Operations

export interface Request {
  id: number
  op: Operation
  ask: Operations[Operation]['ask']
}

export type Reply = { id: number; answer: Operations[Operation]['answer'] } | { id: number; error: string }

/** A model as sherpa-onnx wants it described, with absolute paths. */
export interface EngineFiles {
  kind: 'offline' | 'online'
  config: Record<string, unknown>
  /** Adds punctuation to the text of a model that writes none. */
  punctuation?: string
}

export interface DiarizationFiles {
  segmentation: string
  embedding: string
}

export interface Decoded {
  text: string
  /** How many tokens the model wrote: it tells a loop. */
  tokens: number
  /** Seconds from the piece's start, for the models that give them. */
  timed?: { text: string; start: number }[]
  language?: string
  /** Time that the decode took. */
  took_ms?: number
}
