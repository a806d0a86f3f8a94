import type { DeepSeekForm, TranslationRequest } from '@mina/contract'
import type { z } from 'zod'
import { Refusal } from '../../platform/refusal.ts'
import type { Glossary } from '../../translation/port.ts'

export interface TextToTranslate {
  text: string
  source_language: string
  target_language: string
  glossary?: Glossary | undefined
}

const filled = (text: string) => {
  if (text.trim() === '') throw new Refusal('bad_request', 'Text cannot be empty')
  return text
}

const languageOr = (given: string | null | undefined, otherwise: string) => given?.trim() || otherwise

/** What is to be translated; what is missing is named in the words that clients know. */
export function requestOf(body: z.output<typeof TranslationRequest>): TextToTranslate {
  const { text, source_language, target_language, glossary } = body
  if (text == null) throw new Refusal('bad_request', 'Missing required field: text')
  if (!target_language?.trim()) throw new Refusal('bad_request', 'Missing required field: target_language')
  return {
    text: filled(text),
    source_language: languageOr(source_language, 'auto'),
    target_language: target_language.trim(),
    glossary: glossary ?? undefined,
  }
}

export function formRequestOf(form: z.output<typeof DeepSeekForm>): TextToTranslate {
  if (!form.text) throw new Refusal('bad_request', 'Missing text parameter')
  return {
    text: filled(form.text),
    source_language: languageOr(form.source_language, 'auto'),
    target_language: languageOr(form.target_language, 'en'),
  }
}
