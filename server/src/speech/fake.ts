import { createEventQueue } from './event-queue.ts'
import type {
  Capabilities,
  Recogniser,
  RecognitionOptions,
  RecognitionStream,
  Recording,
  StreamEvent,
  StreamOptions,
  Transcript,
  Utterance,
} from './port.ts'

/** What the fake says for one recording, or how it fails. */
export type Scripted = Partial<Transcript> | Error

export interface FakeStep {
  /** Milliseconds of audio after which the event is told. */
  after_ms: number
  event: StreamEvent
}

export interface FakeScript {
  name?: string
  capabilities?: Partial<Capabilities>
  unavailable?: string | null
  /** Answers of successive calls of `transcribe`; the last one repeats. A function sees what was asked. */
  transcripts?: Scripted[] | ((recording: Recording, options: RecognitionOptions) => Scripted | Promise<Scripted>)
  /** Told of each stream as its audio reaches the times; without steps a final is made of each second of audio. */
  steps?: FakeStep[] | ((options: StreamOptions) => FakeStep[])
  /** Breaks each stream once so much audio has come. */
  breakAfter?: { ms: number; error: Error }
  lag_ms?: number
}

export interface FakeRecogniser extends Recogniser {
  readonly calls: { recording: Recording; options: RecognitionOptions }[]
  readonly streams: { options: StreamOptions; samples: number; state: 'open' | 'finished' | 'closed' }[]
}

const capabilities: Capabilities = {
  ...{ batch: true, streaming: true, diarization: true, wordTimes: 'exact', confidence: true },
  ...{ channels: false, languages: 'any', detectsLanguage: false, models: ['fake'] },
}

/** One word a second, so that tests see text that follows the audio's length. */
const counted = (from_ms: number, to_ms: number): Utterance => ({
  start_ms: from_ms,
  end_ms: to_ms,
  text: `second ${Math.floor(from_ms / 1000)}`,
  confidence: 0.9,
})

/** A recogniser that does what a test tells it: answers, failures, delays, live events. */
export function fakeRecogniser(script: FakeScript = {}): FakeRecogniser {
  const name = script.name ?? 'fake'
  const calls: FakeRecogniser['calls'] = []
  const streams: FakeRecogniser['streams'] = []

  const answer = async (recording: Recording, options: RecognitionOptions): Promise<Scripted> => {
    if (typeof script.transcripts === 'function') return script.transcripts(recording, options)
    return script.transcripts?.[Math.min(calls.length, script.transcripts.length) - 1] ?? {}
  }

  return {
    name,
    capabilities: { ...capabilities, ...script.capabilities },
    calls,
    streams,
    unavailable: () => script.unavailable ?? null,
    async transcribe(recording, options) {
      options.signal?.throwIfAborted()
      calls.push({ recording, options })
      const scripted = await answer(recording, options)
      options.signal?.throwIfAborted()
      if (scripted instanceof Error) throw scripted
      const transcript: Transcript = {
        utterances: [counted(0, recording.duration_ms)],
        language: options.language && options.language !== 'auto' ? options.language : 'en',
        ...{
          duration_ms: recording.duration_ms,
          engine: name,
          model: options.model ?? 'fake',
          warnings: [],
          chunks: 1,
          cost_usd: 0,
        },
        ...scripted,
      }
      for (const [index, utterance] of transcript.utterances.entries()) {
        options.signal?.throwIfAborted()
        await options.onUtterance?.(utterance)
        options.onProgress?.({ done: (index + 1) / transcript.utterances.length, audio_s: utterance.end_ms / 1000 })
      }
      return transcript
    },
    async stream(options) {
      const record: FakeRecogniser['streams'][number] = { options, samples: 0, state: 'open' }
      streams.push(record)
      return fakeStream(script, options, record)
    },
    async close() {},
  }
}

function fakeStream(
  script: FakeScript,
  options: StreamOptions,
  record: FakeRecogniser['streams'][number],
): RecognitionStream {
  const events = createEventQueue<StreamEvent>()
  const steps = typeof script.steps === 'function' ? script.steps(options) : script.steps
  const offset = options.offset_ms ?? 0
  let told = 0
  const heard = () => Math.floor((record.samples / options.sampleRate) * 1000)
  const tell = (all: boolean) => {
    if (steps) {
      while (told < steps.length && (all || steps[told]!.after_ms <= heard())) events.push(steps[told++]!.event)
      return
    }
    while ((told + 1) * 1000 <= heard() || (all && told * 1000 < heard())) {
      const utterance = counted(offset + told * 1000, offset + Math.min((told + 1) * 1000, heard()))
      if (options.interim) events.push({ type: 'interim', utterance, stable_chars: 0 })
      events.push({ type: 'final', utterance, speech_final: true })
      told++
    }
  }
  return {
    write(pcm) {
      record.samples += pcm.length
      if (script.breakAfter && heard() >= script.breakAfter.ms) events.fail(script.breakAfter.error)
      else tell(false)
      return { lag_ms: script.lag_ms ?? 0 }
    },
    async flush() {
      tell(true)
    },
    async finish() {
      if (record.state !== 'open') return
      record.state = 'finished'
      tell(true)
      events.end()
    },
    async close() {
      if (record.state === 'open') record.state = 'closed'
      events.end()
    },
    [Symbol.asyncIterator]: () => events[Symbol.asyncIterator](),
  }
}
