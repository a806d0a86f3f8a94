import { openAsBlob } from 'node:fs'
import type { Log } from '../../../platform/log.ts'
import { SpeechError } from '../../errors.ts'
import { assemblyaiLanguages, knows, primaryLanguage, unsupportedLanguage } from '../../languages.ts'
import type { Capabilities, Recogniser, RecognitionOptions, Recording, Transcript, Warning } from '../../port.ts'
import { costOf, type PriceTable } from '../../prices.ts'
import { createProvider, type Tuning } from '../../provider.ts'
import { AssemblyaiJob, type FinishedJob, Uploaded } from './answer.ts'
import { utterancesOf } from './utterances.ts'

export interface AssemblyaiOptions {
  apiKey?: string
  baseUrl?: string
  /** Where live streams go; AssemblyAI keeps them on a host of their own. */
  streamUrl?: string
  model?: string
  prices: PriceTable
  log: Log
  tuning?: Tuning
  poll_ms?: number
}

export function createAssemblyai(setting: AssemblyaiOptions): Recogniser {
  const { apiKey, model: usual = 'universal-3-pro', prices, log, tuning, poll_ms = 3000 } = setting
  const provider = createProvider({
    engine: 'assemblyai',
    label: 'AssemblyAI',
    log,
    tuning,
    explain: async (error) => (await import('./sdk.ts')).explainAssemblyai(error),
  })
  const baseUrl = (setting.baseUrl ?? 'https://api.assemblyai.com').replace(/\/+$/, '')
  /** Loaded with the first request: a server that does not use AssemblyAI does not carry its SDK. */
  const services = async (signal: AbortSignal) =>
    (await import('./sdk.ts')).assemblyaiServices({ apiKey: apiKey ?? '', baseUrl, signal })

  /** The best model first; the six languages that it knows are its only ones, so the wide one stands behind it. */
  const modelsFor = (model: string) => (model.startsWith('universal-3') ? [model, 'universal-2'] : [model])
  const languagesOf = (model: string) => modelsFor(model).flatMap(assemblyaiLanguages)
  const unavailable = () => (apiKey ? null : 'Set ASSEMBLYAI_API_KEY to use AssemblyAI.')
  const capabilities: Capabilities = {
    batch: true,
    streaming: true,
    diarization: true,
    wordTimes: 'exact',
    confidence: true,
    languages: languagesOf(usual),
    channels: true,
    detectsLanguage: true,
    maxBytes: 2_200_000_000,
    maxSeconds: 10 * 3600,
    models: ['universal-3-pro', 'universal-2'],
  }
  const checkLanguage = (model: string, language: string | undefined) => {
    if (!knows({ languages: languagesOf(model) }, language)) throw unsupportedLanguage('assemblyai', language!, [], [])
  }

  async function transcribe(recording: Recording, options: RecognitionOptions): Promise<Transcript> {
    const model = options.model ?? usual
    provider.check({ missing: unavailable(), recording, most: capabilities })
    checkLanguage(model, options.language)
    const multichannel = (options.multichannel ?? false) && recording.channels > 1
    const limits = {
      timeout_ms: provider.requestTime(recording.duration_ms),
      deadline: provider.deadline(recording.duration_ms),
      signal: options.signal,
    }
    const audio = await openAsBlob(recording.path)
    const audio_url = await provider.call(limits, async (signal) =>
      provider.read(Uploaded, await (await services(signal)).files.upload(audio)),
    )
    const language = primaryLanguage(options.language)
    const queued = await provider.call(limits, async (signal) =>
      provider.read(
        AssemblyaiJob,
        await (await services(signal)).transcripts.submit({
          audio_url,
          speech_models: modelsFor(model),
          punctuate: options.punctuate ?? true,
          format_text: options.punctuate ?? true,
          speaker_labels: (options.diarize ?? false) && !multichannel,
          ...(multichannel && { multichannel }),
          ...(language ? { language_code: language } : { language_detection: true }),
          ...(options.vocabulary?.length && { keyterms_prompt: options.vocabulary }),
        }),
      ),
    )
    const job = await finished(queued, limits, options)
    const utterances = utterancesOf(job, { multichannel })
    if (utterances.length === 0 && (job.text ?? '').trim() !== '')
      throw new SpeechError('assemblyai', 'provider_failed', 'AssemblyAI sent an answer that contradicts itself.')
    for (const utterance of utterances) await options.onUtterance?.(utterance)
    options.onProgress?.({ done: 1, audio_s: recording.duration_ms / 1000 })
    const used = job.speech_model_used ?? model
    return {
      utterances,
      language: job.language_code?.replace('_', '-') ?? options.language ?? null,
      duration_ms: recording.duration_ms,
      engine: 'assemblyai',
      model: used,
      warnings: warningsFor(options, utterances.length),
      chunks: 1,
      cost_usd: costOf(prices, {
        engine: 'assemblyai',
        model: used,
        kind: 'batch',
        duration_ms: recording.duration_ms,
        channels: multichannel ? recording.channels : 1,
      }),
      raw: job,
    }
  }

  async function finished(
    queued: AssemblyaiJob,
    limits: { timeout_ms: number; deadline: number; signal?: AbortSignal },
    options: RecognitionOptions,
  ): Promise<FinishedJob> {
    let job = queued
    while (job.status === 'queued' || job.status === 'processing') {
      if (provider.pace.now() >= limits.deadline)
        throw new SpeechError('assemblyai', 'timeout', 'AssemblyAI did not finish this recording in time.', {
          retryable: true,
        })
      await provider.pace.sleep(poll_ms, options.signal)
      const id = job.id
      job = await provider.call(limits, async (signal) =>
        provider.read(AssemblyaiJob, await (await services(signal)).transcripts.get(id)),
      )
    }
    if (job.status === 'completed') return job
    throw jobFailed(String(job.error))
  }

  return {
    name: 'assemblyai',
    capabilities,
    unavailable,
    transcribe,
    stream: async (options) => {
      provider.check({ missing: unavailable() })
      const { openAssemblyaiStream } = await import('./stream.ts')
      return openAssemblyaiStream({
        apiKey: apiKey ?? '',
        url: setting.streamUrl ?? 'wss://streaming.assemblyai.com/v3/ws',
        provider,
        prices,
        log,
        options,
      })
    },
  }
}

/** A job that ended in an error says only in words whether the audio was at fault. */
function jobFailed(reason: string): SpeechError {
  if (
    /does not appear to contain audio|no audio|unsupported|transcod|corrupt|duration is too short|file type/i.test(
      reason,
    )
  )
    return new SpeechError('assemblyai', 'unprocessable_audio', 'AssemblyAI could not read this recording as audio.')
  if (/no spoken audio|language_detection/i.test(reason))
    return new SpeechError('assemblyai', 'unprocessable_audio', 'AssemblyAI heard no speech in this recording.')
  return new SpeechError('assemblyai', 'provider_failed', 'AssemblyAI could not finish this recording.', {
    retryable: true,
  })
}

function warningsFor(options: RecognitionOptions, count: number): Warning[] {
  const warnings: Warning[] = []
  if (options.prompt || options.temperature !== undefined)
    warnings.push({
      code: 'option_ignored',
      message: 'AssemblyAI was sent no prompt and no temperature; use a vocabulary instead.',
    })
  if (count === 0) warnings.push({ code: 'no_speech', message: 'AssemblyAI heard no speech in this recording.' })
  return warnings
}
