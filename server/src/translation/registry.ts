import { type DeepSeekSettings, deepseekEngine } from './engines/deepseek.ts'
import { type GoogleSettings, googleEngine } from './engines/google.ts'
import { type LibreTranslateSettings, libreTranslateEngine } from './engines/libretranslate.ts'
import { type LocalSettings, localEngine } from './engines/local.ts'
import { type OpenAISettings, openaiEngine } from './engines/openai.ts'
import { TranslationError } from './errors.ts'
import type { Translator } from './port.ts'
import { createTranslator, type TranslatorSettings } from './translator.ts'

export const translatorNames = ['openai', 'google', 'deepseek', 'libretranslate', 'local'] as const
export type TranslatorName = (typeof translatorNames)[number]

export interface TranslationSettings {
  openai?: OpenAISettings
  google?: GoogleSettings
  deepseek?: DeepSeekSettings
  libretranslate?: LibreTranslateSettings
  /** LLM_*; without a base URL of its own it uses OpenAI's settings. */
  llm?: LocalSettings
  all?: TranslatorSettings
}

export interface Translators {
  all: Readonly<Record<TranslatorName, Translator>>
  get(name: TranslatorName): Translator
  /** The named one, or the first that is set up: the operator's own machines before strangers'. */
  choose(name?: string): Translator
}

/** Without an address of its own the model endpoint is OpenAI under another name. */
const preferenceOf = ({ llm }: TranslationSettings): readonly TranslatorName[] =>
  llm?.baseUrl
    ? ['local', 'libretranslate', 'openai', 'google', 'deepseek']
    : ['libretranslate', 'openai', 'google', 'deepseek', 'local']

/** The key of one endpoint is never sent to another. */
const modelEndpoint = ({ llm = {}, openai = {} }: TranslationSettings): LocalSettings =>
  llm.baseUrl
    ? llm
    : {
        ...llm,
        baseUrl: openai.baseUrl ?? (openai.apiKey ? 'https://api.openai.com/v1' : undefined),
        apiKey: openai.apiKey,
        model: llm.model ?? openai.model ?? 'gpt-4o-mini',
      }

export function createTranslators(settings: TranslationSettings): Translators {
  const all = {
    openai: createTranslator(openaiEngine(settings.openai ?? {}), settings.all),
    google: createTranslator(googleEngine(settings.google ?? {}), settings.all),
    deepseek: createTranslator(deepseekEngine(settings.deepseek ?? {}), settings.all),
    libretranslate: createTranslator(libreTranslateEngine(settings.libretranslate ?? {}), settings.all),
    local: createTranslator(localEngine(modelEndpoint(settings)), settings.all),
  }
  return {
    all,
    get: (name) => all[name],
    choose(name) {
      if (name !== undefined) {
        const known = translatorNames.find((it) => it === name)
        if (known) return all[known]
        throw new TranslationError(
          name,
          'bad_request',
          `Unknown translation engine. Must be one of: ${translatorNames.join(', ')}`,
        )
      }
      const ready = preferenceOf(settings).find((it) => all[it].unavailable() === null)
      if (ready) return all[ready]
      throw new TranslationError(
        'none',
        'unavailable',
        'No translation engine is set up: set LLM_BASE_URL, LIBRETRANSLATE_URL, OPENAI_API_KEY, GOOGLE_API_KEY or DEEPSEEK_API_KEY.',
      )
    },
  }
}
