import { SpeechError } from './errors.ts'
import { fallbackStream } from './fallback-stream.ts'
import { knows } from './languages.ts'
import type { Capabilities, Recogniser, RecognitionOptions, Utterance, Warning } from './port.ts'

/** Several engines as one: the first that can, does. Whoever reads the transcript is told when it was not the first. */
export function withFallback(engines: readonly Recogniser[]): Recogniser {
  const [first] = engines
  if (!first) throw new Error('A fallback needs at least one engine.')
  if (engines.length === 1) return first
  const streaming = engines.filter((engine) => engine.stream)

  return {
    name: first.name,
    capabilities: joined(engines.map((engine) => engine.capabilities)),
    unavailable: () => (engines.some((engine) => engine.unavailable() === null) ? null : first.unavailable()),
    async transcribe(recording, options) {
      const failures: unknown[] = []
      let told_ms = 0
      for (const engine of engines) {
        const reason = unfit(engine, options, engine !== first)
        if (reason) {
          failures.push(reason)
          continue
        }
        // Text that was handed on can not be taken back: who stands in goes on where the other stopped.
        const begin_ms = told_ms
        const onUtterance = async (utterance: Utterance) => {
          if (utterance.start_ms < begin_ms) return
          told_ms = Math.max(told_ms, utterance.end_ms)
          await options.onUtterance?.(utterance)
        }
        const inside = { ...optionsFor(engine, first, options), onUtterance }
        const transcript = await attempt(() => engine.transcribe(recording, inside), options, failures)
        if (transcript === null) continue
        if (engine === first) return transcript
        return { ...transcript, warnings: [steppedIn(engine.name, failures), ...transcript.warnings] }
      }
      throw failures[0]
    },
    ...(streaming.length > 0 && { stream: (options) => fallbackStream(engines, options) }),
    close: async () => {
      await Promise.all(engines.map((engine) => engine.close?.()))
    },
  }
}

/** The result, or null when the next engine shall try. */
async function attempt<T>(call: () => Promise<T>, options: RecognitionOptions, failures: unknown[]): Promise<T | null> {
  try {
    return await call()
  } catch (error) {
    options.signal?.throwIfAborted()
    if (!anotherMayDo(error)) throw error
    failures.push(error)
    return null
  }
}

/** A recording that one engine finds broken is broken; everything else may be one engine's own trouble. */
export const anotherMayDo = (error: unknown): boolean =>
  error instanceof SpeechError && !['unprocessable_audio', 'bad_request', 'internal'].includes(error.code)

/** Why an engine is not even tried. */
export function unfit(engine: Recogniser, options: RecognitionOptions, standIn: boolean): SpeechError | null {
  const missing = engine.unavailable()
  if (missing !== null) return new SpeechError(engine.name, 'unavailable', missing)
  if (standIn && !knows(engine.capabilities, options.language))
    return new SpeechError(
      engine.name,
      'unsupported_language',
      `The ${engine.name} engine does not do ${options.language}.`,
    )
  if (standIn && options.diarize && !engine.capabilities.diarization)
    return new SpeechError(engine.name, 'unavailable', `The ${engine.name} engine does not tell speakers apart.`)
  return null
}

/** A model is one engine's: those that stand in use their own. */
export const optionsFor = <O extends RecognitionOptions>(engine: Recogniser, first: Recogniser, options: O): O =>
  engine === first ? options : { ...options, model: undefined }

export function steppedIn(name: string, failures: readonly unknown[]): Warning {
  const reasons = failures.map((failure) => (failure instanceof Error ? failure.message : 'An engine failed.'))
  return { code: 'fallback', message: `${reasons.join(' ')} The ${name} engine did the work instead.` }
}

function joined(all: readonly Capabilities[]): Capabilities {
  const languages = all.some((one) => one.languages === 'any')
    ? 'any'
    : [...new Set(all.flatMap((one) => (one.languages === 'any' ? [] : one.languages)))]
  return {
    ...all[0]!,
    streaming: all.some((one) => one.streaming),
    diarization: all.some((one) => one.diarization),
    detectsLanguage: all.some((one) => one.detectsLanguage),
    languages,
  }
}
