import { openAsBlob } from 'node:fs'
import type OpenAI from 'openai'
import { SpeechError } from '../../errors.ts'
import { primaryLanguage } from '../../languages.ts'
import type { RecognitionOptions, Utterance } from '../../port.ts'
import type { Provider } from '../../provider.ts'
import { DiarizedAnswer, PlainAnswer, VerboseAnswer } from './answer.ts'
import type { AudioPart } from './cut.ts'
import type { ModelKind } from './models.ts'
import { fromDiarized, fromPlain, fromVerbose } from './utterances.ts'

export interface PartResult {
  utterances: Utterance[]
  language: string | null
  raw: unknown
}

export interface PartRequest {
  client: OpenAI
  provider: Provider
  model: string
  kind: ModelKind
  /** OpenAI itself, which knows every option; compatible servers get the plain ones only. */
  official: boolean
  options: RecognitionOptions
  deadline: number
}

/** One part of the recording, sent and read. */
export async function transcribePart(
  request: PartRequest,
  part: Omit<AudioPart, 'release'>,
  index: number,
): Promise<PartResult> {
  const { client, provider, kind, options, deadline } = request
  // A file over a blob is streamed from disk and can be sent again, which a stream can not.
  const file = new File([await openAsBlob(part.path)], part.name)
  return provider.call(
    { timeout_ms: provider.requestTime(part.duration_ms), deadline, signal: options.signal },
    async (signal) => {
      const answer: unknown = await client.audio.transcriptions.create(
        { file, ...fieldsOf(request) },
        { signal, timeout: 24 * 3600 * 1000 },
      )
      return readAnswer(provider, kind, answer, part, index, options.words ?? false)
    },
  )
}

function fieldsOf({ model, kind, official, options }: PartRequest) {
  const language = primaryLanguage(options.language)
  const prompt = promptOf(options, kind)
  return {
    model,
    response_format: kind.format,
    ...(language && { language }),
    ...(prompt && { prompt }),
    ...(options.temperature !== undefined && !kind.diarizes && { temperature: options.temperature }),
    ...(kind.format === 'verbose_json' && {
      timestamp_granularities: options.words ? (['segment', 'word'] as const).slice() : (['segment'] as const).slice(),
    }),
    ...(kind.logprobs && official && { include: ['logprobs' as const] }),
    ...(kind.diarizes && { chunking_strategy: 'auto' as const }),
  }
}

/** Whisper reads a prompt as words to expect, which is also how it takes a vocabulary. The diarizing model has none. */
function promptOf(options: RecognitionOptions, kind: ModelKind): string | undefined {
  if (kind.diarizes) return undefined
  const text = [options.prompt, options.vocabulary?.join(', ')].filter(Boolean).join(' ')
  return text === '' ? undefined : text
}

function readAnswer(
  provider: Provider,
  kind: ModelKind,
  answer: unknown,
  part: Omit<AudioPart, 'release'>,
  index: number,
  wantWords: boolean,
): PartResult {
  if (kind.format === 'diarized_json') {
    const read = provider.read(DiarizedAnswer, answer)
    return { utterances: fromDiarized(read, part, index), language: null, raw: read }
  }
  if (kind.format === 'json') {
    const read = provider.read(PlainAnswer, answer)
    return { utterances: fromPlain(read, part), language: read.languages?.[0]?.code ?? null, raw: read }
  }
  const read = provider.read(VerboseAnswer, answer)
  const utterances = fromVerbose(read, part, wantWords)
  if (utterances.length === 0 && read.text.trim() !== '')
    throw new SpeechError(
      provider.engine,
      'provider_failed',
      `${provider.label} sent an answer that contradicts itself.`,
      {
        retryable: true,
      },
    )
  return { utterances, language: languageCode(read.language), raw: read }
}

const english = new Intl.DisplayNames(['en'], { type: 'language' })
const codes = new Map<string, string>()
for (let first = 97; first < 123; first++)
  for (let second = 97; second < 123; second++) {
    const code = String.fromCharCode(first, second)
    const name = english.of(code)
    if (name && name !== code) codes.set(name.toLowerCase(), code)
  }

/** Whisper names languages in English ("english"); compatible servers send codes. */
const languageCode = (language: string | null | undefined) =>
  language ? (codes.get(language.toLowerCase()) ?? primaryLanguage(language)) : null
