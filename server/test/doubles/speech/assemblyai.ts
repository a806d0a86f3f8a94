import { randomUUID } from 'node:crypto'
import type { Transcript, TranscriptWord, TurnEvent } from 'assemblyai'
import type { RawData, WebSocket } from 'ws'
import { createDouble, type Double, type DoubleAnswer, type RecordedRequest, type Step } from './server.ts'
import { type HeardUtterance, someSpeech, wordsOf } from './speech.ts'

interface AssemblyaiDoubleOptions {
  apiKey?: string
  speech?: readonly HeardUtterance[]
  /** How often the job is found unfinished. */
  waits?: number
  /** The job ends with this error. */
  jobError?: string
  script?: readonly Step[]
  tls?: boolean
}

export interface AssemblyaiLiveScript {
  breakAfter?: number
  closeCode?: number
  muteAfter?: number
  garbage?: string
  /** Closes with this code when it is asked to end, and confirms nothing. */
  endsWith?: number
  /** Reads nothing at all. */
  deaf?: boolean
  /** Sent before the session begins. */
  earlyGarbage?: boolean
  /** Refuses the session with this close code before it begins. */
  refuse?: number
}

export interface AssemblyaiDouble extends Double {
  readonly uploads: Buffer[]
  readonly jobs: Record<string, unknown>[]
  readonly live: { audio: Buffer[]; control: string[]; query: URLSearchParams }[]
  playLive(...scripts: AssemblyaiLiveScript[]): void
}

const apiError = (status: number, error: string): DoubleAnswer => ({ status, body: { error } })
const options_ = new Set(
  'audio_url speech_models punctuate format_text speaker_labels multichannel language_code language_detection keyterms_prompt'.split(
    ' ',
  ),
)

/** AssemblyAI on loopback: upload, job, polling, and live sessions of version 3. */
export async function createAssemblyaiDouble(options: AssemblyaiDoubleOptions = {}): Promise<AssemblyaiDouble> {
  const { apiKey = 'aai-key', speech = someSpeech, waits = 2 } = options
  const uploads: Buffer[] = []
  const jobs: Record<string, unknown>[] = []
  const known = new Map<string, { wanted: Record<string, unknown>; left: number }>()
  const live: AssemblyaiDouble['live'] = []
  const scripts: AssemblyaiLiveScript[] = []

  const respond = (request: RecordedRequest): DoubleAnswer => {
    if (request.headers.authorization !== apiKey)
      return apiError(401, 'Authentication error, API token missing/invalid')
    if (request.method === 'POST' && request.path === '/v2/upload') {
      if (request.headers['content-type'] !== 'application/octet-stream') return apiError(422, 'Upload failed')
      uploads.push(request.body)
      return { status: 200, body: { upload_url: `https://cdn.assemblyai.com/upload/${uploads.length - 1}` } }
    }
    if (request.method === 'POST' && request.path === '/v2/transcript') {
      const wanted = JSON.parse(request.body.toString()) as Record<string, unknown>
      for (const name of Object.keys(wanted))
        if (!options_.has(name)) return apiError(400, `Invalid endpoint schema: ${name}`)
      if (!String(wanted.audio_url).startsWith('https://cdn.assemblyai.com/upload/')) return apiError(400, 'audio_url')
      if (wanted.multichannel && wanted.speaker_labels) return apiError(400, 'multichannel and speaker_labels')
      jobs.push(wanted)
      const id = randomUUID()
      known.set(id, { wanted, left: waits })
      return {
        status: 200,
        body: { id, status: 'queued', audio_url: wanted.audio_url, text: null, words: null, error: null },
      }
    }
    const job = known.get(request.path.split('/').at(-1) ?? '')
    if (request.method !== 'GET' || !job) return apiError(404, 'Not found')
    const id = request.path.split('/').at(-1)!
    if (job.left-- > 0) return { status: 200, body: { id, status: 'processing', text: null, words: null, error: null } }
    if (options.jobError)
      return { status: 200, body: { id, status: 'error', text: null, words: null, error: options.jobError } }
    return { status: 200, body: finished(id, job.wanted, speech) }
  }

  const double = await createDouble({
    script: options.script,
    tls: options.tls,
    respond,
    upgrade(request) {
      const record = { audio: [] as Buffer[], control: [] as string[], query: request.query }
      live.push(record)
      const script = scripts.shift() ?? {}
      const refused = request.headers.authorization !== apiKey ? 1008 : script.refuse
      if (
        request.path !== '/v3/ws' ||
        !request.query.get('speech_model') ||
        request.query.get('encoding') !== 'pcm_s16le'
      )
        return apiError(400, 'Bad request')
      return (socket) => {
        if (refused !== undefined)
          socket.close(refused, refused === 1008 ? 'Unauthorized connection: Missing/Invalid token' : '')
        else speak(socket, speech, script, record)
      }
    },
  })
  return Object.assign(double, {
    uploads,
    jobs,
    live,
    playLive: (...more: AssemblyaiLiveScript[]) => void scripts.push(...more),
  })
}

const wordOf =
  (speakers: boolean, channels: boolean) =>
  (word: ReturnType<typeof wordsOf>[number]): TranscriptWord => ({
    text: word.punctuated,
    start: Math.round(word.start * 1000),
    end: Math.round(word.end * 1000),
    confidence: word.confidence,
    speaker: speakers ? 'AB'[word.speaker]! : null,
    ...(channels && { channel: String(word.speaker + 1) }),
  })

function finished(id: string, wanted: Record<string, unknown>, speech: readonly HeardUtterance[]) {
  const speakers = wanted.speaker_labels === true
  const channels = wanted.multichannel === true
  const words = speech.flatMap(wordsOf).map(wordOf(speakers, channels))
  return {
    id,
    audio_url: String(wanted.audio_url),
    status: 'completed',
    language_code: typeof wanted.language_code === 'string' ? wanted.language_code : 'en_us',
    text: speech.map((heard) => heard.text).join(' '),
    words,
    utterances:
      speakers || channels
        ? speech.map((heard) => ({
            text: heard.text,
            start: Math.round(heard.start * 1000),
            end: Math.round(heard.end * 1000),
            confidence: 0.97,
            speaker: channels ? String(heard.speaker + 1) : 'AB'[heard.speaker]!,
            ...(channels && { channel: String(heard.speaker + 1) }),
            words: wordsOf(heard).map(wordOf(speakers, channels)),
          }))
        : null,
    confidence: 0.97,
    audio_duration: Math.ceil((speech.at(-1)?.end ?? 0) + 0.4),
    speech_model_used: Array.isArray(wanted.speech_models) ? String(wanted.speech_models[0]) : null,
  } satisfies Partial<Transcript>
}

/** Turns as the English model sends them: growing, ended, and once more with punctuation. */
function speak(
  socket: WebSocket,
  speech: readonly HeardUtterance[],
  script: AssemblyaiLiveScript,
  record: AssemblyaiDouble['live'][number],
) {
  const rate = Number(record.query.get('sample_rate')) * 2
  const formatted = record.query.get('format_turns') === 'true'
  const beating = record.query.get('session_heartbeat') === 'true'
  let bytes = 0
  let order = 0
  let told = ''
  const send = (message: object) => {
    if (script.muteAfter !== undefined && bytes / rate >= script.muteAfter) return
    socket.send(script.garbage ?? JSON.stringify(message))
  }
  const turn = (heard: HeardUtterance, until: number, end_of_turn: boolean, turn_is_formatted: boolean) => {
    const words = wordsOf(heard).filter((word) => word.end <= until + 1e-6)
    const text = words.map((word) => (turn_is_formatted ? word.punctuated : word.word))
    const event: TurnEvent = {
      type: 'Turn',
      turn_order: order,
      turn_is_formatted,
      end_of_turn,
      transcript: text.join(' '),
      end_of_turn_confidence: end_of_turn ? 0.9 : 0.1,
      words: words.map((word, index) => ({
        text: text[index]!,
        start: Math.round(word.start * 1000),
        end: Math.round(word.end * 1000),
        confidence: word.confidence,
        word_is_final: end_of_turn || index < words.length - 1,
      })),
    }
    if (words.length > 0) send(event)
  }
  const end = (heard: HeardUtterance, until: number) => {
    turn(heard, until, true, false)
    if (formatted) turn(heard, until, true, true)
    order++
  }
  const advance = () => {
    const now = bytes / rate
    for (let heard = speech[order]; heard && now >= heard.start; heard = speech[order]) {
      const half = (heard.start + heard.end) / 2
      if (now >= half && told !== `${order}`) {
        told = `${order}`
        turn(heard, half, false, false)
      }
      if (now < heard.end) break
      end(heard, heard.end)
    }
    if (script.breakAfter !== undefined && now >= script.breakAfter) {
      if (script.closeCode === undefined) socket.terminate()
      else socket.close(script.closeCode)
    }
  }
  if (script.earlyGarbage) socket.send('{"type":"Beg')
  if (script.deaf) socket.pause()
  socket.send(JSON.stringify({ type: 'Begin', id: randomUUID(), expires_at: Math.floor(Date.now() / 1000) + 3600 }))
  socket.on('message', (data: RawData, isBinary: boolean) => {
    if (isBinary) {
      const audio = data as Buffer
      const ms = (audio.length / rate) * 1000
      if (ms < 50 || ms > 1000) return socket.close(3007, 'Input Duration Error')
      record.audio.push(audio)
      bytes += audio.length
      if (beating && Math.floor(bytes / rate) > Math.floor((bytes - audio.length) / rate))
        send({
          type: 'Heartbeat',
          total_audio_received_ms: 1,
          total_duration_ms: 1,
          realtime_factor: 1,
          max_speech_probability: 0,
        })
      return advance()
    }
    const { type } = JSON.parse(data.toString()) as { type: string }
    record.control.push(type)
    const heard = speech[order]
    const open = heard && bytes / rate > heard.start
    if ((type === 'ForceEndpoint' || type === 'Terminate') && open) end(heard, Math.min(heard.end, bytes / rate))
    if (type !== 'Terminate') return
    if (script.endsWith !== undefined) return socket.close(script.endsWith)
    send({ type: 'Termination', audio_duration_seconds: bytes / rate, session_duration_seconds: bytes / rate })
    if (script.muteAfter === undefined) socket.close(1000)
  })
}
