import { chatEngine } from '../chat.ts'
import type { TranslationEngine } from '../port.ts'
import { defaultPrices, type Prices } from '../prices.ts'

export interface OpenAISettings {
  apiKey?: string | undefined
  /** Ends with its version path, as OpenAI's SDKs have it. */
  baseUrl?: string | undefined
  model?: string | undefined
  prices?: Prices
  timeout_ms?: number
  /** Tokens that the answer to one piece may need. */
  answerTokens?: number
}

export const openaiEngine = (settings: OpenAISettings): TranslationEngine =>
  chatEngine({
    name: 'openai',
    label: 'OpenAI',
    keyVariable: 'OPENAI_API_KEY',
    unavailable: () => (settings.apiKey ? null : 'OpenAI is not set up: set OPENAI_API_KEY.'),
    apiKey: settings.apiKey ?? 'none',
    baseUrl: settings.baseUrl ?? 'https://api.openai.com/v1',
    model: settings.model ?? 'gpt-4o-mini',
    limits: { items: 30, answerTokens: settings.answerTokens ?? 3_000 },
    structure: 'json_schema',
    prices: settings.prices ?? defaultPrices,
    timeout_ms: settings.timeout_ms ?? 120_000,
  })
