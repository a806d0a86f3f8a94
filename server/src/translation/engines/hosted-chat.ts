import { type ChatEngineOptions, chatEngine } from '../chat.ts'
import type { TranslationEngine } from '../port.ts'
import { defaultPrices, type Prices } from '../prices.ts'

export interface HostedChatSettings {
  apiKey?: string | undefined
  /** As the provider's SDK wants it: with or without a version path. */
  baseUrl?: string | undefined
  model?: string | undefined
  prices?: Prices
  timeout_ms?: number
  /** Tokens that the answer to one piece may need. */
  answerTokens?: number
}

type Provider = Pick<ChatEngineOptions, 'name' | 'label' | 'keyVariable' | 'model' | 'structure' | 'extra'> & {
  baseUrl: string
}

/** A chat model that somebody else runs and that a key opens. */
export const hostedChat = (settings: HostedChatSettings, provider: Provider): TranslationEngine =>
  chatEngine({
    ...provider,
    unavailable: () => (settings.apiKey ? null : `${provider.label} is not set up: set ${provider.keyVariable}.`),
    apiKey: settings.apiKey ?? 'none',
    baseUrl: settings.baseUrl ?? provider.baseUrl,
    model: settings.model ?? provider.model,
    limits: { items: 30, answerTokens: settings.answerTokens ?? 3_000 },
    prices: settings.prices ?? defaultPrices,
    timeout_ms: settings.timeout_ms ?? 120_000,
  })
