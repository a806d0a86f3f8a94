import type { Log } from '../platform/log.ts'
import { createAssemblyai } from './engines/assemblyai/index.ts'
import { createDeepgram } from './engines/deepgram/index.ts'
import type { CutAudio } from './engines/openai/cut.ts'
import { createOpenai } from './engines/openai/index.ts'
import { SpeechError } from './errors.ts'
import { withFallback } from './fallback.ts'
import { knows, type PullableModel, unsupportedLanguage } from './languages.ts'
import { measured } from './measured.ts'
import type { Recogniser } from './port.ts'
import { mergePrices, type PriceTable } from './prices.ts'
import type { Tuning } from './provider.ts'

interface ProviderAccess {
  apiKey?: string
  baseUrl?: string
  model?: string
}

export interface RegistryOptions {
  /** The embedded engine, and whatever else was built elsewhere. */
  engines: readonly Recogniser[]
  deepgram?: ProviderAccess
  openai?: ProviderAccess
  /** An OpenAI-compatible server. It takes OpenAI's place, with its own key: OpenAI's never goes to another host. */
  speechServer?: ProviderAccess
  assemblyai?: ProviderAccess & { streamUrl?: string }
  /** TRANSCRIPTION_PROVIDER. */
  provider: string
  /** TRANSCRIPTION_FALLBACK. */
  fallback?: readonly string[]
  /** The operator's prices, over the list prices. */
  prices?: PriceTable
  cut: CutAudio
  /** Gives a provider that knows finished recordings only a live stream. */
  makeLive?: (engine: Recogniser) => Recogniser
  /** Local models that could be fetched, for the remedy of an unsupported language. */
  pullable?: readonly PullableModel[]
  log: Log
  tuning?: Tuning
}

export interface Wish {
  /** By name; without it TRANSCRIPTION_PROVIDER. A provider that was asked for by name must be usable. */
  provider?: string
  language?: string
  diarize?: boolean
  streaming?: boolean
}

export interface Recognisers {
  readonly all: readonly Recogniser[]
  readonly names: readonly string[]
  get(name: string): Recogniser
  /** The engine for this wish, with those that may stand in for it behind it. */
  pick(wish: Wish): Recogniser
  close(): Promise<void>
}

export function createRecognisers(options: RegistryOptions): Recognisers {
  const { log, tuning, cut } = options
  const prices = mergePrices(options.prices ?? {})
  const server = options.speechServer?.baseUrl ? options.speechServer : undefined
  // A server of one's own costs what the operator says, not what OpenAI charges.
  const openaiPrices = server ? { ...prices, openai: options.prices?.openai ?? {} } : prices
  const providers = [
    createDeepgram({ ...options.deepgram, prices, log, tuning }),
    createOpenai({ ...(server ?? options.openai), official: !server, prices: openaiPrices, cut, log, tuning }),
    createAssemblyai({ ...options.assemblyai, prices, log, tuning }),
  ]
  const { makeLive = (engine) => engine } = options
  const living = providers.map((engine) => (engine.stream ? engine : makeLive(engine)))
  const all = [...options.engines, ...living].map((engine) => measured(engine, log))
  const names = all.map((engine) => engine.name)

  const get = (name: string): Recogniser => {
    const engine = all.find((one) => one.name === name)
    if (engine) return engine
    throw new SpeechError(name, 'bad_request', `There is no engine of this name. Use one of: ${names.join(', ')}.`)
  }
  for (const name of [options.provider, ...(options.fallback ?? [])]) get(name)

  const able = (engine: Recogniser, wish: Wish) =>
    engine.unavailable() === null &&
    knows(engine.capabilities, wish.language) &&
    (!wish.diarize || engine.capabilities.diarization) &&
    (!wish.streaming || engine.stream !== undefined)

  return {
    all,
    names,
    get,
    pick(wish) {
      const first = get(wish.provider ?? options.provider)
      const others = (options.fallback ?? []).filter((name) => name !== first.name).map(get)
      const chain = [first, ...others.filter((engine) => able(engine, wish))]
      const missing = first.unavailable()
      if (missing !== null && (wish.provider !== undefined || chain.length === 1))
        throw new SpeechError(first.name, 'unavailable', missing)
      if (!knows(first.capabilities, wish.language) && chain.length === 1)
        throw unsupportedLanguage(first.name, wish.language ?? '', all, options.pullable ?? [])
      return withFallback(chain)
    },
    close: async () => {
      await Promise.all(all.map((engine) => engine.close?.()))
    },
  }
}
