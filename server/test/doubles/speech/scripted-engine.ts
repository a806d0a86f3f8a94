import { SpeechError } from '../../../src/speech/errors.ts'
import { createEventQueue } from '../../../src/speech/event-queue.ts'
import { knows, unsupportedLanguage } from '../../../src/speech/languages.ts'
import type { Capabilities, Recogniser, StreamEvent, StreamOptions, Utterance } from '../../../src/speech/port.ts'

interface ScriptedEngine {
  name: string
  utterances?: readonly Utterance[]
  /** Fails with this; after so many utterances were told. */
  fails?: { error: SpeechError; after?: number }
  capabilities?: Partial<Capabilities>
  unavailable?: string
  /** Makes the engine a live one: each event is told once so much audio (ms, in the recording's time) has come. */
  live?: { events?: readonly { at_ms: number; event: StreamEvent }[]; breaksAt_ms?: number; refuses?: SpeechError }
}

export interface ScriptedRecogniser extends Recogniser {
  readonly streams: { options: StreamOptions; samples: number[]; flushed: number; finished: boolean; closed: boolean }[]
  readonly calls: { language?: string; model?: string }[]
}

export const outage = (engine: string, code: SpeechError['code'] = 'provider_failed') =>
  new SpeechError(engine, code, `${engine} is down.`, { retryable: true })

/** A recogniser that does what it is told, for what is built around recognisers. */
export function scriptedEngine(script: ScriptedEngine): ScriptedRecogniser {
  const { name, utterances = [], fails, live } = script
  const streams: ScriptedRecogniser['streams'] = []
  const calls: ScriptedRecogniser['calls'] = []
  const capabilities: Capabilities = {
    batch: true,
    streaming: live !== undefined,
    diarization: false,
    wordTimes: 'none',
    confidence: false,
    languages: ['en'],
    channels: false,
    detectsLanguage: false,
    models: ['one'],
    ...script.capabilities,
  }
  return {
    name,
    streams,
    calls,
    capabilities,
    unavailable: () => script.unavailable ?? null,
    async transcribe(recording, options) {
      calls.push({ language: options.language, model: options.model })
      if (!knows(capabilities, options.language)) throw unsupportedLanguage(name, options.language ?? '', [], [])
      const told = fails ? utterances.slice(0, fails.after ?? 0) : utterances
      for (const utterance of told) await options.onUtterance?.(utterance)
      if (fails) throw fails.error
      return {
        utterances: [...utterances],
        language: 'en',
        duration_ms: recording.duration_ms,
        engine: name,
        model: options.model ?? 'one',
        warnings: [],
        chunks: 1,
        cost_usd: 0.01,
      }
    },
    ...(live && {
      stream: async (options: StreamOptions) => {
        if (live.refuses) throw live.refuses
        const queue = createEventQueue<StreamEvent>()
        const record = { options, samples: [] as number[], flushed: 0, finished: false, closed: false }
        streams.push(record)
        const left = [...(live.events ?? [])].filter(({ at_ms }) => at_ms > (options.offset_ms ?? 0))
        return {
          write(pcm: Int16Array) {
            for (const sample of pcm) record.samples.push(sample)
            const now_ms = (options.offset_ms ?? 0) + (record.samples.length / options.sampleRate) * 1000
            while (left[0] && left[0].at_ms <= now_ms) queue.push(left.shift()!.event)
            if (live.breaksAt_ms !== undefined && now_ms >= live.breaksAt_ms) queue.fail(outage(name))
            return { lag_ms: 0 }
          },
          async flush() {
            record.flushed++
          },
          async finish() {
            record.finished = true
            queue.end()
          },
          async close() {
            record.closed = true
            queue.end()
          },
          cost_usd: () => 0.5,
          [Symbol.asyncIterator]: () => queue[Symbol.asyncIterator](),
        }
      },
    }),
  }
}
