import { openAsBlob } from 'node:fs'
import type { DeepgramClient } from '@deepgram/sdk'
import type { Log } from '../../../platform/log.ts'
import { deepgramLanguages, unsupportedLanguage } from '../../languages.ts'
import type { Capabilities, Recogniser, RecognitionOptions, Recording, Transcript, Warning } from '../../port.ts'
import { costOf, type PriceTable } from '../../prices.ts'
import { createProvider, type Tuning } from '../../provider.ts'
import { DeepgramAnswer } from './answer.ts'
import { commonOptions, deepgramKnows, ignoredOptions, languageOption } from './options.ts'
import { openDeepgramStream } from './stream.ts'
import { utterancesOf } from './utterances.ts'

export interface DeepgramOptions {
  apiKey?: string
  /** A root such as https://api.eu.deepgram.com; sockets go to the same host. */
  baseUrl?: string
  model?: string
  prices: PriceTable
  log: Log
  tuning?: Tuning
}

export function createDeepgram({
  apiKey,
  baseUrl,
  model: usual = 'nova-2',
  prices,
  log,
  tuning,
}: DeepgramOptions): Recogniser {
  const provider = createProvider({
    engine: 'deepgram',
    label: 'Deepgram',
    log,
    tuning,
    explain: async (error) => (await import('./failure.ts')).explainDeepgram(error),
  })
  const root = (baseUrl ?? 'https://api.deepgram.com').replace(/\/+$/, '')
  const socket = root.replace(/^http/, 'ws')
  const connect = async () => {
    const { DeepgramClient } = await import('@deepgram/sdk')
    return new DeepgramClient({
      apiKey: apiKey ?? '',
      environment: { base: root, production: socket, agent: socket, agentRest: root },
      // Retries and time-outs are the provider's (ours): one place, one behaviour for all three SDKs.
      maxRetries: 0,
      timeoutInSeconds: 24 * 3600,
    })
  }
  let client: Promise<DeepgramClient> | undefined
  /** Made with the first request: a server that does not use Deepgram does not carry its SDK. */
  const connected = () => {
    client ??= connect()
    return client
  }

  const unavailable = () => (apiKey ? null : 'Set DEEPGRAM_API_KEY to use Deepgram.')
  const capabilities: Capabilities = {
    batch: true,
    streaming: true,
    diarization: true,
    wordTimes: 'exact',
    confidence: true,
    languages: deepgramLanguages(usual),
    channels: true,
    detectsLanguage: true,
    maxBytes: 2_000_000_000,
    models: ['nova-2', 'nova-3'],
  }
  const checkLanguage = (model: string, language: string | undefined) => {
    if (!deepgramKnows(model, language)) throw unsupportedLanguage('deepgram', language!, [], [])
  }

  async function transcribe(recording: Recording, options: RecognitionOptions): Promise<Transcript> {
    const model = options.model ?? usual
    provider.check({ missing: unavailable(), recording, most: capabilities })
    checkLanguage(model, options.language)
    const multichannel = (options.multichannel ?? false) && recording.channels > 1
    // A blob that stands on the file is streamed, has a length, and can be sent again.
    const audio = await openAsBlob(recording.path)
    const { listen } = await connected()
    const answer = await provider.call(
      {
        timeout_ms: provider.requestTime(recording.duration_ms),
        deadline: provider.deadline(recording.duration_ms),
        signal: options.signal,
      },
      async (abortSignal) =>
        provider.read(
          DeepgramAnswer,
          await listen.v1.media.transcribeFile(
            audio,
            {
              ...commonOptions(model, options),
              ...languageOption(options),
              paragraphs: options.paragraphs ?? false,
              utterances: true,
              multichannel,
            },
            { abortSignal },
          ),
        ),
    )
    const utterances = utterancesOf(answer, { multichannel })
    for (const utterance of utterances) await options.onUtterance?.(utterance)
    options.onProgress?.({ done: 1, audio_s: recording.duration_ms / 1000 })
    return {
      utterances,
      language: answer.results.channels[0]!.detected_language ?? options.language ?? null,
      duration_ms: recording.duration_ms,
      engine: 'deepgram',
      model,
      warnings: [...ignoredOptions(options), ...doubts(answer, utterances.length, recording)],
      chunks: 1,
      cost_usd: costOf(prices, {
        engine: 'deepgram',
        model,
        kind: 'batch',
        duration_ms: recording.duration_ms,
        channels: multichannel ? recording.channels : 1,
      }),
      raw: answer,
    }
  }

  return {
    name: 'deepgram',
    capabilities,
    unavailable,
    transcribe,
    stream: async (options) => {
      const model = options.model ?? usual
      provider.check({ missing: unavailable() })
      checkLanguage(model, options.language)
      return openDeepgramStream({ client: await connected(), provider, model, prices, log, options })
    },
  }
}

function doubts(answer: DeepgramAnswer, count: number, recording: Recording): Warning[] {
  if (count === 0) return [{ code: 'no_speech', message: 'Deepgram heard no speech in this recording.' }]
  const missing_ms = recording.duration_ms - answer.metadata.duration * 1000
  if (missing_ms < 2000 + recording.duration_ms * 0.05) return []
  const heard = Math.round(answer.metadata.duration)
  return [{ code: 'gap', message: `Deepgram read only the first ${heard} seconds of this recording.` }]
}
