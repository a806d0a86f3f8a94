import type OpenAI from 'openai'
import type { Log } from '../../../platform/log.ts'
import { SpeechError } from '../../errors.ts'
import { knows, openaiLanguages, unsupportedLanguage } from '../../languages.ts'
import type { Recogniser, RecognitionOptions, Recording, Transcript, Warning } from '../../port.ts'
import { costOf, type PriceTable } from '../../prices.ts'
import { createProvider, type Tuning } from '../../provider.ts'
import type { CutAudio } from './cut.ts'
import { defaultModel, diarizingModel, kindOf, type ModelKind, maxBytes, takesFile, timelessKind } from './models.ts'
import { transcribeParts } from './parts.ts'

export interface OpenaiOptions {
  apiKey?: string
  /** Ends with the version path, as OpenAI's SDKs have it. Another host than OpenAI's is a compatible server. */
  baseUrl?: string
  model?: string
  /** OpenAI itself, directly or through a proxy; by default judged by the host. */
  official?: boolean
  /** Whether the server speaks the Realtime protocol; by default only OpenAI itself does. The SDK speaks wss only. */
  realtime?: boolean
  cut: CutAudio
  prices: PriceTable
  log: Log
  tuning?: Tuning
}

export function createOpenai(setting: OpenaiOptions): Recogniser {
  const { apiKey, baseUrl, model: usual = defaultModel, cut, prices, log, tuning } = setting
  const host = new URL(baseUrl ?? 'https://api.openai.com/v1')
  const official = setting.official ?? host.hostname === 'api.openai.com'
  const names = {
    engine: 'openai',
    label: official ? 'OpenAI' : 'The speech server',
    keyVariable: official ? 'OPENAI_API_KEY' : 'SPEECH_API_KEY',
  }
  const provider = createProvider({
    ...names,
    log,
    tuning,
    explain: async (error) => (await import('./failure.ts')).explainOpenai(names, error),
  })
  const connect = async () => {
    const { OpenAI } = await import('openai')
    return new OpenAI({
      // Servers of one's own often want no key; the SDK insists on one.
      apiKey: apiKey || 'none',
      organization: null,
      project: null,
      baseURL: host.href.replace(/\/+$/, ''),
      // Retries are the provider's (ours): one place, one behaviour for all three SDKs.
      maxRetries: 0,
      logLevel: 'off',
    })
  }
  let client: Promise<OpenAI> | undefined
  /** Made with the first request: a server that does not use OpenAI does not carry its SDK. */
  const connected = () => {
    client ??= connect()
    return client
  }
  const languages = official ? openaiLanguages : 'any'
  const streaming = setting.realtime ?? (official && host.protocol === 'https:')

  /** On OpenAI the diarizing sibling stands in when speakers are wanted. */
  const chooseModel = (options: RecognitionOptions): { model: string; warnings: Warning[] } => {
    const model = options.model ?? usual
    if (!options.diarize || kindOf(model).diarizes) return { model, warnings: [] }
    if (official) return { model: diarizingModel, warnings: [] }
    const message = `${model} on the speech server does not tell speakers apart; the transcript has none.`
    return { model, warnings: [{ code: 'option_ignored', message }] }
  }

  /** Models of a compatible server that turned out to give no times. */
  const timeless = new Set<string>()

  const unavailable = () =>
    apiKey || !official ? null : 'Set OPENAI_API_KEY to use OpenAI, or SPEECH_BASE_URL to use a compatible server.'

  const checkLanguage = (language: string | undefined) => {
    if (!knows({ languages }, language)) throw unsupportedLanguage('openai', language!, [], [])
  }

  async function transcribe(recording: Recording, options: RecognitionOptions): Promise<Transcript> {
    provider.check({ missing: unavailable() })
    checkLanguage(options.language)
    const { model, warnings } = chooseModel(options)
    const kind = timeless.has(model) ? timelessKind : kindOf(model)
    const choice = { model, kind, warnings }
    try {
      return await transcribeAs(choice, recording, options)
    } catch (error) {
      if (official || kind.format !== 'verbose_json' || !isRefusedForm(error)) throw error
      // Some compatible servers know `json` only, and refuse the form that has times.
      const transcript = await transcribeAs({ ...choice, kind: timelessKind }, recording, options)
      timeless.add(model)
      return transcript
    }
  }

  async function transcribeAs({ model, kind, warnings }: Choice, recording: Recording, options: RecognitionOptions) {
    const whole =
      recording.size <= maxBytes && takesFile(recording.name) && recording.duration_ms <= kind.maxSeconds * 1000
    const parts = whole
      ? asOnePart(recording)
      : cut(recording, { maxBytes, maxSeconds: kind.maxSeconds, signal: options.signal })
    const deadline = provider.deadline(recording.duration_ms)
    const result = await transcribeParts(
      { client: await connected(), provider, model, kind, official, options, deadline },
      parts,
      recording,
    )
    return {
      utterances: result.utterances,
      language: result.language ?? options.language ?? null,
      duration_ms: recording.duration_ms,
      engine: 'openai',
      model,
      warnings: [
        ...warnings,
        ...ignored(options),
        ...(kind.diarizes && result.chunks > 1 ? [speakersByPart] : []),
        ...(result.utterances.length === 0 ? [noSpeech(names.label)] : []),
      ],
      chunks: result.chunks,
      cost_usd: costOf(prices, { engine: 'openai', model, kind: 'batch', duration_ms: recording.duration_ms }),
      raw: result.raw,
    }
  }

  const usualKind = kindOf(usual)
  return {
    name: 'openai',
    capabilities: {
      batch: true,
      streaming,
      diarization: official || usualKind.diarizes,
      wordTimes: usualKind.format === 'verbose_json' ? 'exact' : 'none',
      confidence: usualKind.format === 'verbose_json' || (usualKind.logprobs && official),
      languages,
      channels: false,
      detectsLanguage: true,
      models: official
        ? ['whisper-1', 'gpt-transcribe', 'gpt-4o-transcribe', 'gpt-4o-mini-transcribe', diarizingModel]
        : [usual],
    },
    unavailable,
    transcribe,
    ...(streaming && {
      stream: async (options) => {
        provider.check({ missing: unavailable() })
        checkLanguage(options.language)
        const { openRealtimeStream } = await import('./realtime.ts')
        return openRealtimeStream({
          client: await connected(),
          provider,
          model: options.model ?? usual,
          prices,
          log,
          options,
        })
      },
    }),
  }
}

interface Choice {
  model: string
  kind: ModelKind
  warnings: Warning[]
}

const isRefusedForm = (error: unknown) =>
  error instanceof SpeechError && (error.status === 400 || error.status === 422) && error.code === 'provider_failed'

async function* asOnePart(recording: Recording) {
  yield {
    path: recording.path,
    name: recording.name,
    start_ms: 0,
    duration_ms: recording.duration_ms,
    release: async () => {},
  }
}

function ignored(options: RecognitionOptions): Warning[] {
  if (!options.multichannel) return []
  return [{ code: 'option_ignored', message: 'OpenAI mixes the channels of a recording; they were not told apart.' }]
}

const speakersByPart: Warning = {
  code: 'option_ignored',
  message: 'The recording was sent in parts; speakers are told apart within each part, not across parts.',
}

const noSpeech = (label: string): Warning => ({
  code: 'no_speech',
  message: `${label} heard no speech in this recording.`,
})
