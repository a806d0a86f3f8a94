import { deepgramLanguages, knows, primaryLanguage } from '../../languages.ts'
import type { RecognitionOptions, Warning } from '../../port.ts'

const isNova3 = (model: string) => /^nova-3(-|$)/.test(model)

/** What batch and live have in common. `smart_format` brings punctuation, so it goes when punctuation is not wanted. */
export function commonOptions(model: string, options: RecognitionOptions) {
  const punctuate = options.punctuate ?? true
  const vocabulary = options.vocabulary?.length ? options.vocabulary : undefined
  return {
    model,
    punctuate,
    smart_format: punctuate,
    diarize: options.diarize ?? false,
    // Nova-3 answers 400 to `keywords`, older models do not know `keyterm`.
    ...(vocabulary && (isNova3(model) ? { keyterm: vocabulary } : { keywords: vocabulary })),
  }
}

export function languageOption(options: RecognitionOptions) {
  return primaryLanguage(options.language) === null ? { detect_language: true } : { language: options.language! }
}

/** A live stream can not detect its language; Nova-3 follows ten languages as they come. */
export function liveLanguage(model: string, options: RecognitionOptions): { language: string; warnings: Warning[] } {
  if (primaryLanguage(options.language) !== null) return { language: options.language!, warnings: [] }
  if (isNova3(model)) return { language: 'multi', warnings: [] }
  const message = `Deepgram ${model} can not detect the language of a live stream and listens for English. Choose a language, or the model nova-3.`
  return { language: 'en', warnings: [{ code: 'option_ignored', message }] }
}

export function ignoredOptions(options: RecognitionOptions): Warning[] {
  const ignored = [options.prompt && 'prompt', options.temperature !== undefined && 'temperature'].filter(
    (name) => typeof name === 'string' && name !== '',
  )
  if (ignored.length === 0) return []
  return [{ code: 'option_ignored', message: `Deepgram has no ${ignored.join(' and no ')}; it was left out.` }]
}

export const deepgramKnows = (model: string, language: string | undefined) =>
  knows({ languages: deepgramLanguages(model) }, language)
