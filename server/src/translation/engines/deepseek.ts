import { chatEngine } from '../chat.ts'
import type { TranslationEngine } from '../port.ts'
import { defaultPrices, type Prices } from '../prices.ts'

export interface DeepSeekSettings {
  apiKey?: string | undefined
  /** A root, without a version path. */
  baseUrl?: string | undefined
  model?: string | undefined
  prices?: Prices
  timeout_ms?: number
  answerTokens?: number
}

export const deepseekEngine = (settings: DeepSeekSettings): TranslationEngine =>
  chatEngine({
    name: 'deepseek',
    label: 'DeepSeek',
    keyVariable: 'DEEPSEEK_API_KEY',
    unavailable: () => (settings.apiKey ? null : 'DeepSeek is not set up: set DEEPSEEK_API_KEY.'),
    apiKey: settings.apiKey ?? 'none',
    baseUrl: settings.baseUrl ?? 'https://api.deepseek.com',
    model: settings.model ?? 'deepseek-flash',
    limits: { items: 30, answerTokens: settings.answerTokens ?? 3_000 },
    // It knows JSON answers, but no schema for them.
    structure: 'json_object',
    // It thinks by default, at length and for money; translating needs none of it.
    extra: { thinking: { type: 'disabled' } },
    prices: settings.prices ?? defaultPrices,
    timeout_ms: settings.timeout_ms ?? 120_000,
  })
