import { chatEngine } from '../chat.ts'
import type { TranslationEngine } from '../port.ts'
import { defaultPrices, type Prices } from '../prices.ts'

export interface LocalSettings {
  baseUrl?: string | undefined
  /** Ollama and its like need none. */
  apiKey?: string | undefined
  model?: string | undefined
  prices?: Prices
  timeout_ms?: number
  answerTokens?: number
}

/** Any OpenAI-compatible endpoint of the operator's own: Ollama, LocalAI, llama.cpp, vLLM. */
export const localEngine = (settings: LocalSettings): TranslationEngine =>
  chatEngine({
    name: 'local',
    label: 'The local model endpoint',
    keyVariable: 'LLM_API_KEY',
    unavailable: () => {
      if (!settings.baseUrl) return 'No model endpoint is set up: set LLM_BASE_URL (Ollama: http://127.0.0.1:11434/v1).'
      return settings.model ? null : 'No model is chosen for the model endpoint: set LLM_MODEL.'
    },
    apiKey: settings.apiKey ?? 'none',
    baseUrl: settings.baseUrl,
    model: settings.model ?? '',
    // Ollama drops what does not fit its 4,096 tokens of context without a word, so pieces are smaller here.
    limits: { items: 15, answerTokens: settings.answerTokens ?? 1_000 },
    structure: 'json_schema',
    prices: settings.prices ?? defaultPrices,
    timeout_ms: settings.timeout_ms ?? 300_000,
  })
