import { createHash, randomUUID } from 'node:crypto'
import type { RawData, WebSocket } from 'ws'
import { createDouble, type Double, type DoubleAnswer, type RecordedRequest, type Step } from './server.ts'
import { type HeardUtterance, round, someSpeech, wordsOf } from './speech.ts'

interface DeepgramDoubleOptions {
  apiKey?: string
  speech?: readonly HeardUtterance[]
  /** Seconds of audio that the answer tells of. */
  duration?: number
  script?: readonly Step[]
  live?: LiveScript
}

export interface LiveScript {
  /** Breaks the connection once so much audio (seconds) has come. */
  breakAfter?: number
  /** With this close code; without one the socket is torn. */
  closeCode?: number
  /** Says nothing more once so much audio has come. */
  muteAfter?: number
  /** Sends this instead of the first message. */
  garbage?: string
  /** Closes with this code when it is asked to end, and confirms nothing. */
  endsWith?: number
  /** Reads nothing at all. */
  deaf?: boolean
}

export interface DeepgramDouble extends Double {
  /** Bytes of audio, and the texts of control messages, by live connection. */
  readonly live: { audio: Buffer[]; control: string[]; query: URLSearchParams; sent: { type: string }[] }[]
  playLive(...scripts: LiveScript[]): void
}

const apiError = (status: number, err_code: string, err_msg: string): DoubleAnswer => ({
  status,
  body: { err_code, err_msg, request_id: randomUUID() },
})

const models = /^(nova-[23](-\w+)?|nova|enhanced|base)$/
const known = new Set(
  'model version language detect_language encoding diarize diarize_model multichannel paragraphs utterances utt_split punctuate smart_format numerals keyterm keywords tag callback channels sample_rate endpointing interim_results utterance_end_ms vad_events'.split(
    ' ',
  ),
)

/** Deepgram on loopback: checks what the real one checks, and answers in its shapes. */
export async function createDeepgramDouble(options: DeepgramDoubleOptions = {}): Promise<DeepgramDouble> {
  const { apiKey = 'dg-key', speech = someSpeech } = options
  const lives: LiveScript[] = options.live ? [options.live] : []
  const live: DeepgramDouble['live'] = []

  const checked = (request: RecordedRequest): DoubleAnswer | null => {
    if (request.headers.authorization !== `Token ${apiKey}`)
      return apiError(401, 'INVALID_AUTH', 'Invalid credentials.')
    if (request.path !== '/v1/listen') return apiError(404, 'NOT_FOUND', 'No such path.')
    for (const name of request.query.keys())
      if (!known.has(name)) return apiError(400, 'INVALID_QUERY_PARAMETER', `Unknown: ${name}`)
    const model = request.query.get('model') ?? ''
    if (!models.test(model)) return apiError(400, 'INVALID_QUERY_PARAMETER', 'No such model.')
    if (model.startsWith('nova-3') && request.query.has('keywords'))
      return apiError(
        400,
        'INVALID_QUERY_PARAMETER',
        'Keywords are not supported for Nova-3. Please use `keyterm` instead.',
      )
    if (!model.startsWith('nova-3') && request.query.has('keyterm'))
      return apiError(400, 'INVALID_QUERY_PARAMETER', 'Keyterm is only supported for Nova-3.')
    return null
  }

  const double = await createDouble({
    script: options.script,
    respond(request) {
      const wrong = checked(request)
      if (wrong) return wrong
      if (request.body.length === 0)
        return apiError(400, 'Bad Request', 'Bad Request: failed to process audio: corrupt or unsupported data')
      return { status: 200, body: listenAnswer(request, speech, options.duration) }
    },
    upgrade(request) {
      const wrong = checked(request)
      if (wrong) return { ...wrong, headers: { 'dg-error': 'Unauthorized', 'dg-request-id': randomUUID() } }
      const record = {
        audio: [] as Buffer[],
        control: [] as string[],
        query: request.query,
        sent: [] as { type: string }[],
      }
      live.push(record)
      const script = lives.shift() ?? {}
      return (socket) => speak(socket, request.query, speech, script, record)
    },
  })
  return Object.assign(double, { live, playLive: (...scripts: LiveScript[]) => void lives.push(...scripts) })
}

const on = (query: URLSearchParams, name: string) => query.get(name) === 'true'

const wordAnswer = (query: URLSearchParams) => (word: ReturnType<typeof wordsOf>[number]) => ({
  word: word.word,
  start: word.start,
  end: word.end,
  confidence: word.confidence,
  ...((on(query, 'punctuate') || on(query, 'smart_format')) && { punctuated_word: word.punctuated }),
  ...(on(query, 'diarize') && { speaker: word.speaker, speaker_confidence: 0.9 }),
})

const textOf = (query: URLSearchParams, heard: HeardUtterance) =>
  on(query, 'punctuate') || on(query, 'smart_format')
    ? heard.text
    : wordsOf(heard)
        .map((word) => word.word)
        .join(' ')

export function listenAnswer(request: RecordedRequest, speech: readonly HeardUtterance[], duration?: number) {
  const { query } = request
  const channels = on(query, 'multichannel') ? 2 : 1
  const speechOf = (channel: number) => (channels === 1 ? speech : speech.filter((heard) => heard.speaker === channel))
  return {
    metadata: {
      transaction_key: 'deprecated',
      request_id: randomUUID(),
      sha256: request.sha256,
      created: new Date().toISOString(),
      duration: duration ?? (speech.at(-1)?.end ?? 5) + 0.4,
      channels,
      models: ['30089e05-99d1-4376-b32e-c263170674af'],
      model_info: {
        '30089e05-99d1-4376-b32e-c263170674af': {
          name: '2-general-nova',
          version: '2024-01-09.29447',
          arch: query.get('model')?.slice(0, 6),
        },
      },
    },
    results: {
      channels: Array.from({ length: channels }, (_, channel) => ({
        alternatives: [
          {
            transcript: speechOf(channel)
              .map((heard) => textOf(query, heard))
              .join(' '),
            confidence: speechOf(channel).length > 0 ? 0.98 : 0,
            words: speechOf(channel).flatMap(wordsOf).map(wordAnswer(query)),
            ...(on(query, 'paragraphs') && { paragraphs: paragraphsOf(speechOf(channel)) }),
          },
        ],
        ...(on(query, 'detect_language') && { detected_language: 'en', language_confidence: 0.99 }),
      })),
      ...(on(query, 'utterances') && {
        utterances: Array.from({ length: channels }, (_, channel) =>
          speechOf(channel).map((heard) => ({
            start: heard.start,
            end: heard.end,
            confidence: 0.98,
            channel,
            transcript: textOf(query, heard),
            words: wordsOf(heard).map(wordAnswer(query)),
            ...(on(query, 'diarize') && { speaker: heard.speaker }),
            id: randomUUID(),
          })),
        ).flat(),
      }),
    },
  }
}

const paragraphsOf = (speech: readonly HeardUtterance[]) => ({
  transcript: speech.map((heard) => heard.text).join('\n\n'),
  paragraphs: speech.map((heard) => ({
    sentences: [{ text: heard.text, start: heard.start, end: heard.end }],
    speaker: heard.speaker,
    num_words: wordsOf(heard).length,
    start: heard.start,
    end: heard.end,
  })),
})

/** Gives each utterance as interim half-way through and as final when its end has been heard. */
function speak(
  socket: WebSocket,
  query: URLSearchParams,
  speech: readonly HeardUtterance[],
  script: LiveScript,
  record: DeepgramDouble['live'][number],
) {
  const rate = Number(query.get('sample_rate')) * 2 * Number(query.get('channels') ?? 1)
  const request_id = randomUUID()
  const hash = createHash('sha256')
  const told = new Set<string>()
  let bytes = 0
  let finals = 0
  const send = (message: { type: string } & Record<string, unknown>) => {
    const seconds = bytes / rate
    if (script.muteAfter !== undefined && seconds >= script.muteAfter) return
    record.sent.push(message)
    socket.send(script.garbage ?? JSON.stringify(message))
  }
  const results = (
    heard: HeardUtterance,
    until: number,
    extra: { is_final: boolean; speech_final: boolean; from_finalize: boolean },
  ) => {
    const words = wordsOf(heard).filter((word) => word.end <= until + 1e-6)
    if (words.length === 0) return
    send({
      type: 'Results',
      channel_index: [0, 1],
      start: heard.start,
      duration: round(until - heard.start),
      ...extra,
      channel: {
        alternatives: [
          {
            transcript: words.map((word) => word.punctuated).join(' '),
            confidence: 0.97,
            words: words.map(wordAnswer(query)),
          },
        ],
      },
      metadata: {
        request_id,
        model_info: { name: '2-general-nova', version: '2024-01-09.29447', arch: 'nova-2' },
        model_uuid: randomUUID(),
      },
    })
  }
  const once = (key: string, tell: () => void) => {
    if (told.has(key)) return
    told.add(key)
    tell()
  }
  const advance = () => {
    const now = bytes / rate
    speech.forEach((heard, index) => {
      if (index < finals) return
      if (now >= heard.start)
        once(`start${index}`, () => send({ type: 'SpeechStarted', channel: [0, 1], timestamp: heard.start }))
      const half = (heard.start + heard.end) / 2
      if (now >= half && now < heard.end)
        once(`half${index}`, () => results(heard, half, { is_final: false, speech_final: false, from_finalize: false }))
      if (now < heard.end) return
      results(heard, heard.end, { is_final: true, speech_final: true, from_finalize: false })
      send({ type: 'UtteranceEnd', channel: [0, 1], last_word_end: heard.end })
      finals = index + 1
    })
    if (script.breakAfter !== undefined && now >= script.breakAfter) {
      if (script.closeCode === undefined) socket.terminate()
      else socket.close(script.closeCode, 'DATA-0000')
    }
  }
  const finalize = (from_finalize: boolean) => {
    const heard = speech[finals]
    const now = bytes / rate
    if (!heard || now <= heard.start) return
    results(heard, now, { is_final: true, speech_final: true, from_finalize })
    finals++
  }
  if (script.deaf) socket.pause()
  socket.on('message', (data: RawData, isBinary: boolean) => {
    if (isBinary) {
      const audio = data as Buffer
      record.audio.push(audio)
      hash.update(audio)
      bytes += audio.length
      advance()
      return
    }
    const { type } = JSON.parse(data.toString()) as { type: string }
    record.control.push(type)
    if (type === 'Finalize') finalize(true)
    if (type !== 'CloseStream') return
    if (script.endsWith !== undefined) return socket.close(script.endsWith)
    finalize(false)
    send({
      type: 'Metadata',
      transaction_key: 'deprecated',
      request_id,
      sha256: hash.digest('hex'),
      created: new Date().toISOString(),
      duration: round(bytes / rate),
      channels: 1,
    })
    if (script.muteAfter === undefined) socket.close(1000)
  })
}
