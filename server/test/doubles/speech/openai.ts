import { randomUUID } from 'node:crypto'
import { type RealtimeRecord, type RealtimeScript, speakRealtime } from './openai-realtime.ts'
import { createDouble, type Double, type DoubleAnswer, formOf, type RecordedRequest, type Step } from './server.ts'
import { type HeardUtterance, someSpeech, wordsOf } from './speech.ts'

interface OpenaiDoubleOptions {
  apiKey?: string
  /** What is heard in a file. */
  hear?: (file: File) => readonly HeardUtterance[] | Promise<readonly HeardUtterance[]>
  /** Any model name is taken, and `verbose_json` may be unknown: a compatible server. */
  compatible?: boolean
  /** Answers `json` and nothing else. */
  plainOnly?: boolean
  script?: readonly Step[]
  tls?: boolean
}

export interface OpenaiDouble extends Double {
  /** The fields of each transcription request, its file included. */
  readonly forms: FormData[]
  readonly realtime: RealtimeRecord[]
  playRealtime(...scripts: RealtimeScript[]): void
}

const limit = 26_214_400
const endings = /\.(flac|mp3|mp4|mpeg|mpga|m4a|ogg|wav|webm)$/
const fields = new Set(
  'file model language prompt response_format temperature timestamp_granularities[] include[] chunking_strategy stream'.split(
    ' ',
  ),
)
const formats: Record<string, readonly string[]> = {
  'whisper-1': ['json', 'text', 'srt', 'verbose_json', 'vtt'],
  'gpt-transcribe': ['json'],
  'gpt-4o-transcribe': ['json'],
  'gpt-4o-mini-transcribe': ['json'],
  'gpt-4o-transcribe-diarize': ['json', 'text', 'diarized_json'],
}

export const apiError = (
  status: number,
  message: string,
  code: string | null,
  type = 'invalid_request_error',
): DoubleAnswer => ({
  status,
  body: { error: { message, type, param: null, code } },
})

/** OpenAI's audio API on loopback: checks what the real one checks, and answers in its shapes. */
export async function createOpenaiDouble(options: OpenaiDoubleOptions = {}): Promise<OpenaiDouble> {
  const { apiKey = 'sk-key', hear = () => someSpeech, compatible = false } = options
  const forms: FormData[] = []
  const realtime: RealtimeRecord[] = []
  const scripts: RealtimeScript[] = []
  const denied = (request: RecordedRequest) =>
    request.headers.authorization === `Bearer ${apiKey}`
      ? null
      : apiError(401, 'Incorrect API key provided.', 'invalid_api_key')

  const double = await createDouble({
    script: options.script,
    tls: options.tls,
    async respond(request) {
      const wrong = denied(request)
      if (wrong) return wrong
      if (request.method !== 'POST' || request.path !== '/v1/audio/transcriptions')
        return apiError(404, `Invalid URL (${request.method} ${request.path})`, null)
      const form = await formOf(request)
      forms.push(form)
      if (options.plainOnly && form.get('response_format') !== 'json')
        return apiError(400, 'Currently do not support verbose_json.', null, 'BadRequestError')
      return transcription(form, hear, compatible)
    },
    upgrade(request) {
      const wrong = denied(request)
      if (wrong) return wrong
      if (request.path !== '/v1/realtime' || request.query.get('intent') !== 'transcription')
        return apiError(400, 'You must provide a model parameter.', 'missing_model')
      const record: RealtimeRecord = { session: null, audio: [], sent: [], commits: 0 }
      realtime.push(record)
      const script = scripts.shift() ?? {}
      return (socket) => speakRealtime(socket, script.speech ?? someSpeech, script, record)
    },
  })
  return Object.assign(double, {
    forms,
    realtime,
    playRealtime: (...more: RealtimeScript[]) => void scripts.push(...more),
  })
}

async function transcription(
  form: FormData,
  hear: NonNullable<OpenaiDoubleOptions['hear']>,
  compatible: boolean,
): Promise<DoubleAnswer> {
  for (const name of form.keys())
    if (!fields.has(name)) return apiError(400, `Unknown parameter: '${name}'.`, 'unknown_parameter')
  const file = form.get('file')
  const model = String(form.get('model') ?? '')
  const format = String(form.get('response_format') ?? 'json')
  if (!(file instanceof File)) return apiError(400, 'Missing file.', null)
  if (file.size > limit)
    return apiError(
      413,
      `Maximum content size limit (${limit}) exceeded (${file.size} bytes read)`,
      null,
      'server_error',
    )
  if (!endings.test(file.name)) return apiError(400, 'Invalid file format.', null)
  const known = formats[model]
  if (!known && !compatible) return apiError(404, `The model '${model}' does not exist`, 'model_not_found')
  if (known && !known.includes(format))
    return apiError(400, `response_format '${format}' is not compatible with model '${model}'.`, 'unsupported_value')
  if (model.endsWith('-diarize') && (form.has('prompt') || form.has('include[]')))
    return apiError(400, 'Unsupported parameter for this model.', 'unsupported_value')
  const heard = await hear(file)
  const duration = (heard.at(-1)?.end ?? 5) + 0.4
  if (model.endsWith('-diarize') && duration > 30 && !form.has('chunking_strategy'))
    return apiError(400, 'chunking_strategy is required', 'missing_required_parameter')
  const text = heard.map((one) => one.text).join(' ')
  if (format === 'verbose_json') {
    const granularities = form.getAll('timestamp_granularities[]')
    return { status: 200, body: verbose(heard, text, duration, granularities.includes('word')) }
  }
  if (format === 'diarized_json') {
    const segments = heard.map((one, index) => ({
      type: 'transcript.text.segment',
      id: `seg_${String(index + 1).padStart(3, '0')}`,
      start: one.start,
      end: one.end,
      text: one.text,
      speaker: 'ABCDEFGH'[one.speaker],
    }))
    return {
      status: 200,
      body: { task: 'transcribe', duration, text, segments, usage: { type: 'duration', seconds: Math.ceil(duration) } },
    }
  }
  const logprobs = heard
    .flatMap(wordsOf)
    .map((word) => ({ token: ` ${word.punctuated}`, logprob: -0.1, bytes: [...Buffer.from(` ${word.punctuated}`)] }))
  return {
    status: 200,
    body: {
      text,
      ...(form.getAll('include[]').includes('logprobs') && { logprobs }),
      usage: { type: 'tokens', input_tokens: 50, output_tokens: logprobs.length, total_tokens: 50 + logprobs.length },
    },
  }
}

const verbose = (heard: readonly HeardUtterance[], text: string, duration: number, words: boolean) => ({
  task: 'transcribe',
  language: 'english',
  duration,
  text,
  segments: heard.map((one, id) => ({
    id,
    seek: 0,
    start: one.start,
    end: one.end,
    text: ` ${one.text}`,
    tokens: [50364, 440, 1002],
    temperature: 0,
    avg_logprob: -0.2,
    compression_ratio: 1.2,
    no_speech_prob: 0.01,
  })),
  ...(words && {
    words: heard.flatMap(wordsOf).map(({ punctuated, start, end }) => ({ word: punctuated, start, end })),
  }),
  usage: { type: 'duration', seconds: Math.ceil(duration) },
})

export const eventId = () => `event_${randomUUID().replaceAll('-', '').slice(0, 20)}`
