import { deepseekEngine } from './engines/deepseek.ts'
import { type GoogleSettings, googleEngine } from './engines/google.ts'
import type { HostedChatSettings } from './engines/hosted-chat.ts'
import { type LibreTranslateSettings, libreTranslateEngine } from './engines/libretranslate.ts'
import { type LocalSettings, localEngine } from './engines/local.ts'
import { openaiEngine } from './engines/openai.ts'
import { TranslationError } from './errors.ts'
import type { TranslationEngine, Translator } from './port.ts'
import { type Prices, withPrices } from './prices.ts'
import { createTranslator, type TranslatorSettings } from './translator.ts'

export const translatorNames = ['openai', 'google', 'deepseek', 'libretranslate', 'local'] as const
export type TranslatorName = (typeof translatorNames)[number]

/** The providers' configuration, as far as translation goes. */
export interface TranslationSettings {
  openai?: HostedChatSettings
  google?: GoogleSettings
  deepseek?: HostedChatSettings
  libretranslate?: LibreTranslateSettings
  /** The model endpoint; without an address of its own it is OpenAI's. */
  llm?: LocalSettings | null
  /** Whether the model endpoint has an address of its own. */
  llmIsLocal?: boolean
  /** The operator's prices, before the ones we know. */
  prices?: Partial<Prices>
  all?: TranslatorSettings
}

export interface Translators {
  all: Readonly<Record<TranslatorName, Translator>>
  get(name: TranslatorName): Translator
  /** The named one, or the first that is set up: the operator's own machines before strangers'. */
  choose(name?: string): Translator
}

const ownEndpoint = ({ llm, llmIsLocal }: TranslationSettings) => llmIsLocal ?? llm?.baseUrl !== undefined

/** The operator's own machines before strangers'. Without an address of its own the endpoint is OpenAI again. */
const preferenceOf = (settings: TranslationSettings): readonly TranslatorName[] =>
  ownEndpoint(settings)
    ? ['local', 'libretranslate', 'openai', 'google', 'deepseek']
    : ['libretranslate', 'openai', 'google', 'deepseek', 'local']

/** The key of one endpoint is never sent to another. */
const modelEndpoint = (settings: TranslationSettings): LocalSettings => {
  const { llm, openai = {} } = settings
  if (llm && ownEndpoint(settings)) return llm
  return {
    baseUrl: openai.baseUrl ?? (openai.apiKey ? 'https://api.openai.com/v1' : undefined),
    apiKey: openai.apiKey,
    model: llm?.model ?? openai.model ?? 'gpt-4o-mini',
  }
}

export function createTranslators(settings: TranslationSettings): Translators {
  const prices = withPrices(settings.prices)
  const make = (engine: TranslationEngine) => createTranslator(engine, settings.all)
  const all = {
    openai: make(openaiEngine({ prices, ...settings.openai })),
    google: make(googleEngine({ prices, ...settings.google })),
    deepseek: make(deepseekEngine({ prices, ...settings.deepseek })),
    libretranslate: make(libreTranslateEngine(settings.libretranslate ?? {})),
    local: make(localEngine({ prices, ...modelEndpoint(settings) })),
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
