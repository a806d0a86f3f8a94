import { SpeechError } from '../../../speech/errors.ts'
import { primaryLanguage } from '../../../speech/languages.ts'
import type { Transcript } from '../../../speech/port.ts'
import type { Caller } from '../../transcriptions/index.ts'

/** Texts that follow one another, put into English; entered in the caller's usage. */
export type ToEnglish = (
  texts: readonly string[],
  source: string,
  caller: Caller,
  signal: AbortSignal,
) => Promise<string[]>

/** The same transcript in English: as it is where English was spoken, else translated utterance by utterance. */
export async function inEnglish(
  transcript: Transcript,
  toEnglish: ToEnglish,
  caller: Caller,
  signal: AbortSignal,
): Promise<Transcript> {
  const mismatch = transcript.warnings.find(({ code }) => code === 'language_mismatch')
  if (mismatch) throw new SpeechError(transcript.engine, 'unsupported_language', mismatch.message)
  const { utterances, language } = transcript
  if (primaryLanguage(language) === 'en' || utterances.length === 0) return { ...transcript, language: 'en' }
  const texts = await toEnglish(
    utterances.map(({ text }) => text),
    language ?? 'auto',
    caller,
    signal,
  )
  return {
    ...transcript,
    language: 'en',
    // Word times belong to the words that were spoken, not to those of the translation.
    utterances: utterances.map(({ words: _, ...rest }, index) => ({ ...rest, text: texts[index] ?? '' })),
  }
}
