import type { Log } from '../platform/log.ts'
import { counter, histogram } from '../platform/metrics.ts'
import { SpeechError } from './errors.ts'
import type { Recogniser } from './port.ts'

const seconds = histogram(
  'mina_speech_transcription_seconds',
  'Time that recordings took to transcribe',
  [1, 3, 10, 30, 100, 300, 1000, 3000],
  ['engine', 'outcome'],
)
const audio = counter('mina_speech_audio_seconds_total', 'Seconds of audio transcribed', ['engine'])
const cost = counter('mina_speech_cost_usd_total', 'What speech providers were paid, by the price table', ['engine'])

/** The same engine, with its work counted and told in the log: numbers and codes, never words that were spoken. */
export function measured(engine: Recogniser, log: Log): Recogniser {
  return {
    ...engine,
    // What a local engine can do changes with the models that are there.
    get capabilities() {
      return engine.capabilities
    },
    async transcribe(recording, options) {
      const began = performance.now()
      const took = () => (performance.now() - began) / 1000
      try {
        const transcript = await engine.transcribe(recording, options)
        seconds.observe({ engine: transcript.engine, outcome: 'ok' }, took())
        audio.inc({ engine: transcript.engine }, transcript.duration_ms / 1000)
        cost.inc({ engine: transcript.engine }, transcript.cost_usd)
        log.info(
          {
            engine: transcript.engine,
            model: transcript.model,
            audio_ms: transcript.duration_ms,
            took_ms: Math.round(took() * 1000),
            utterances: transcript.utterances.length,
            chunks: transcript.chunks,
            cost_usd: transcript.cost_usd,
            warnings: transcript.warnings.map((warning) => warning.code).join(' '),
          },
          'recording transcribed',
        )
        return transcript
      } catch (error) {
        const cancelled = options.signal?.aborted ?? false
        const code = cancelled ? 'cancelled' : error instanceof SpeechError ? error.code : 'internal'
        const status = error instanceof SpeechError ? error.status : undefined
        seconds.observe({ engine: engine.name, outcome: code }, took())
        log.warn({ engine: engine.name, code, status, audio_ms: recording.duration_ms }, 'recording not transcribed')
        throw error
      }
    },
  }
}
