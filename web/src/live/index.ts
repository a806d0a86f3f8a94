export {
  type Capture,
  type CaptureOptions,
  capture,
  type Origin,
  type Source,
} from './capture.ts'
export {
  canShareSound,
  type Microphone,
  type MicrophoneState,
  microphoneState,
  watchMicrophones,
} from './devices.ts'
export { type Frame, SAMPLE_RATE } from './framer.ts'
export { indexedStore } from './indexed-store.ts'
export { alone, leftovers } from './leftovers.ts'
export type { Link, Message } from './link.ts'
export { type Observable, observable } from './observable.ts'
export { newRecording, type Phase, type Recorder, type RecorderState, recorder } from './recorder.ts'
export { isCaptureError, type Refusal, refusalOf } from './refusal.ts'
export { socketLink } from './socket-link.ts'
export type { Chunk, ChunkStore, Mark, Recording } from './store.ts'
export { keepAwake } from './wake-lock.ts'
