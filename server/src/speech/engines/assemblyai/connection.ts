import { StreamingTranscriber } from 'assemblyai'
import { SpeechError } from '../../errors.ts'
import { primaryLanguage } from '../../languages.ts'
import type { StreamOptions, Warning } from '../../port.ts'
import type { Provider } from '../../provider.ts'

const multilingual = ['en', 'es', 'fr', 'de', 'it', 'pt']

export function modelFor(options: StreamOptions): { model: NonNullable<StreamingModel>; warnings: Warning[] } {
  const ignored = options.prompt || options.temperature !== undefined
  const warnings: Warning[] = ignored
    ? [
        {
          code: 'option_ignored',
          message: 'AssemblyAI was sent no prompt and no temperature; use a vocabulary instead.',
        },
      ]
    : []
  const language = primaryLanguage(options.language)
  if (language === 'en') return { model: 'universal-streaming-english', warnings }
  if (language === null || multilingual.includes(language))
    return { model: 'universal-streaming-multilingual', warnings }
  return { model: 'whisper-rt', warnings }
}

type StreamingModel = ConstructorParameters<typeof StreamingTranscriber>[0]['speechModel']

export interface Connecting {
  apiKey: string
  url: string
  provider: Provider
  options: StreamOptions
}

export function connect({ apiKey, url, provider, options }: Connecting, speechModel: StreamingModel) {
  return provider.call(
    { timeout_ms: provider.connect_ms, deadline: provider.deadline(0), signal: options.signal },
    async (signal) => {
      const transcriber = new StreamingTranscriber({
        apiKey,
        websocketBaseUrl: url,
        sampleRate: options.sampleRate,
        encoding: 'pcm_s16le',
        speechModel,
        formatTurns: options.punctuate ?? true,
        sessionHeartbeat: true,
        ...(options.diarize && { speakerLabels: true }),
        ...(options.vocabulary?.length && { keytermsPrompt: options.vocabulary }),
        connectTimeout: provider.connect_ms,
        maxConnectionRetries: 0,
      })
      const abandon = () => transcriber.close(false).catch(() => {})
      signal.addEventListener('abort', abandon, { once: true })
      try {
        const opening = transcriber.connect()
        const socket: unknown = Reflect.get(transcriber, 'socket')
        const guarded = isSocket(socket) ? guardFrames(socket) : null
        await opening
        if (!guarded) throw new SpeechError('assemblyai', 'internal', 'The AssemblyAI package has changed.')
        return { transcriber, socket: guarded }
      } finally {
        signal.removeEventListener('abort', abandon)
      }
    },
  )
}

interface GuardedSocket {
  /** Bytes that are not sent yet. */
  readonly bufferedAmount: number
  /** The server has said that the session ended as it should: all of it was heard. */
  readonly confirmed: boolean
}

/**
 * The SDK parses every message inside the socket's own callback, where a broken one ends the whole process. Broken
 * messages are turned into a broken connection before the SDK sees them; and the confirmation of the end, which the
 * SDK keeps to itself, is noted.
 */
function guardFrames(socket: MessageSocket): GuardedSocket {
  let confirmed = false
  const read = socket.onmessage
  let broken = false
  socket.onmessage = (event) => {
    const message = objectOf(String(event.data))
    if (!message) {
      broken = true
      socket.terminate()
    }
    if (broken) return
    if (message && 'type' in message && message.type === 'Termination') confirmed = true
    read(event)
  }
  return {
    get bufferedAmount() {
      return socket.bufferedAmount
    },
    get confirmed() {
      return confirmed
    },
  }
}

function objectOf(text: string): object | null {
  try {
    const message: unknown = JSON.parse(text)
    return typeof message === 'object' ? message : null
  } catch {
    return null
  }
}

interface MessageSocket {
  onmessage: (event: { data: unknown }) => void
  terminate(): void
  /** Bytes that are not sent yet. */
  readonly bufferedAmount: number
}

const isSocket = (value: unknown): value is MessageSocket =>
  typeof value === 'object' &&
  value !== null &&
  'onmessage' in value &&
  typeof value.onmessage === 'function' &&
  'terminate' in value &&
  'bufferedAmount' in value
