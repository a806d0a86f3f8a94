import { SpeechError } from './errors.ts'
import { knows } from './languages.ts'
import type { Recogniser, RecognitionOptions, Warning } from './port.ts'

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
