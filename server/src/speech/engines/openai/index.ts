import OpenAI from 'openai'
import type { Log } from '../../../platform/log.ts'
import { knows, openaiLanguages, unsupportedLanguage } from '../../languages.ts'
import type { Recogniser, RecognitionOptions, Recording, Transcript, Warning } from '../../port.ts'
import { costOf, type PriceTable } from '../../prices.ts'
import { createProvider, type Tuning } from '../../provider.ts'
import type { CutAudio } from './cut.ts'
import { explainOpenai } from './failure.ts'
import { defaultModel, diarizingModel, kindOf, maxBytes, takesFile } from './models.ts'
import { transcribeParts } from './parts.ts'
import { openRealtimeStream } from './realtime.ts'

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
  const provider = createProvider({ ...names, log, tuning, explain: explainOpenai(names) })
  const client = new OpenAI({
    // Servers of one's own often want no key; the SDK insists on one.
    apiKey: apiKey || 'none',
    organization: null,
    project: null,
    baseURL: host.href.replace(/\/+$/, ''),
    // Retries are the provider's (ours): one place, one behaviour for all three SDKs.
    maxRetries: 0,
    logLevel: 'off',
  })
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

  const checkLanguage = (language: string | undefined) => {
    if (!knows({ languages }, language)) throw unsupportedLanguage('openai', language!, [], [])
  }

  async function transcribe(recording: Recording, options: RecognitionOptions): Promise<Transcript> {
    checkLanguage(options.language)
    const { model, warnings } = chooseModel(options)
    const kind = kindOf(model)
    const whole =
      recording.size <= maxBytes && takesFile(recording.name) && recording.duration_ms <= kind.maxSeconds * 1000
    const parts = whole
      ? asOnePart(recording)
      : cut(recording, { maxBytes, maxSeconds: kind.maxSeconds, signal: options.signal })
    const deadline = provider.deadline(recording.duration_ms)
    const result = await transcribeParts(
      { client, provider, model, kind, official, options, deadline },
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
      detectsLanguage: true,
      models: official
        ? ['whisper-1', 'gpt-transcribe', 'gpt-4o-transcribe', 'gpt-4o-mini-transcribe', diarizingModel]
        : [usual],
    },
    unavailable: () =>
      apiKey || !official ? null : 'Set OPENAI_API_KEY to use OpenAI, or SPEECH_BASE_URL to use a compatible server.',
    transcribe,
    ...(streaming && {
      stream: (options) => {
        checkLanguage(options.language)
        return openRealtimeStream({ client, provider, model: options.model ?? usual, prices, log, options })
      },
    }),
  }
}

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
