import { StreamingTranscriber } from 'assemblyai'
import type { Log } from '../../../platform/log.ts'
import { SpeechError } from '../../errors.ts'
import { primaryLanguage } from '../../languages.ts'
import { bytesOf, createLiveWatch, lostConnection, overrun } from '../../live.ts'
import type { RecognitionStream, StreamEvent, StreamOptions, Warning } from '../../port.ts'
import { costOf, type PriceTable } from '../../prices.ts'
import type { Provider } from '../../provider.ts'
import { AssemblyaiTurn } from './answer.ts'
import { createFrames } from './frames.ts'
import { settledLetters, utteranceOfTurn } from './utterances.ts'

interface StreamSetting {
  apiKey: string
  url: string
  provider: Provider
  prices: PriceTable
  log: Log
  options: StreamOptions
}

export async function openAssemblyaiStream(setting: StreamSetting): Promise<RecognitionStream> {
  const { provider, prices, log, options } = setting
  const offset_ms = options.offset_ms ?? 0
  const { model, warnings } = modelFor(options)
  const { transcriber, socket } = await connect(setting, model)
  const opened = provider.pace.now()
  const frames = createFrames(options.sampleRate)
  let finishing = false
  let beats = false

  const watch = createLiveWatch(provider, options.signal, () => {
    // A session is billed for as long as it stands open, so it is always told to end.
    transcriber.close(false).catch(() => {})
    log.info({ engine: 'assemblyai', model, audio_ms: watch.sent_ms, cost_usd: cost() }, 'live stream ended')
  })
  const cost = () =>
    costOf(prices, {
      engine: 'assemblyai',
      model,
      kind: 'stream',
      duration_ms: Math.max(watch.sent_ms, provider.pace.now() - opened),
    })
  for (const warning of warnings) watch.push({ type: 'warning', warning })

  const turns = createTurnReader({
    offset_ms,
    interim: options.interim !== false,
    formatted: options.punctuate ?? true,
    push: watch.push,
  })
  transcriber.on('turn', (event) => {
    watch.heard()
    const turn = AssemblyaiTurn.safeParse(event)
    if (turn.success) turns.take(turn.data)
    else watch.fail(lostConnection(provider))
  })
  transcriber.on('heartbeat', () => {
    beats = true
    watch.heard()
  })
  transcriber.on('error', (error) => watch.fail(lostConnection(provider, error)))
  transcriber.on('close', (code) => watch.fail(lostConnection(provider, new Error(`close code ${code}`))))

  const send = (frame: Int16Array) => {
    try {
      transcriber.sendAudio(bytesOf(frame).buffer)
    } catch (error) {
      watch.fail(lostConnection(provider, error))
    }
  }
  const sendRest = () => {
    const rest = frames.rest()
    if (rest) send(rest)
  }

  return {
    write(pcm) {
      const lag_ms = Math.round((socket.bufferedAmount / 2 / options.sampleRate) * 1000)
      if (watch.over || finishing || pcm.length === 0) return { lag_ms }
      const tooSlow = overrun(provider, lag_ms)
      if (tooSlow) watch.fail(tooSlow)
      else for (const frame of frames.add(pcm)) send(frame)
      // Silence is answered by heartbeats only, and not by every model.
      watch.sent((pcm.length / options.sampleRate) * 1000, beats || turns.open())
      return { lag_ms }
    },
    async flush() {
      if (watch.over || finishing) return
      sendRest()
      const ended = turns.next()
      transcriber.forceEndpoint()
      // It is silent when there was nothing left to end, so what is not known to be open is waited for briefly.
      const late = setTimeout(turns.giveUp, turns.open() ? provider.finish_ms : Math.min(2000, provider.finish_ms))
      await Promise.race([ended, watch.done])
      clearTimeout(late)
    },
    async finish() {
      if (finishing || watch.over) return watch.done
      finishing = true
      sendRest()
      const began = performance.now()
      await transcriber.close(true, provider.finish_ms)
      turns.finishUnformatted()
      if (performance.now() - began >= provider.finish_ms) watch.fail(lostConnection(provider))
      else watch.end()
    },
    async close() {
      watch.end()
    },
    cost_usd: cost,
    [Symbol.asyncIterator]: () => watch.events[Symbol.asyncIterator](),
  }
}

interface TurnReading {
  offset_ms: number
  interim: boolean
  /** Whether ended turns come again with punctuation. */
  formatted: boolean
  push: (event: StreamEvent) => void
}

/**
 * A turn grows, ends, and (with the English model) comes once more with punctuation: that last form is the final one.
 * When it does not come, the unpunctuated end stands.
 */
function createTurnReader({ offset_ms, interim, formatted, push }: TurnReading) {
  let ended: AssemblyaiTurn | null = null
  let growing = false
  let waiting: (() => void) | null = null

  const finalise = (turn: AssemblyaiTurn) => {
    const utterance = utteranceOfTurn(turn, offset_ms)
    ended = null
    growing = false
    if (utterance) {
      push({ type: 'final', utterance, speech_final: true })
      push({ type: 'utterance_end', at_ms: utterance.end_ms })
    }
    waiting?.()
  }

  return {
    take(turn: AssemblyaiTurn) {
      if (ended && turn.turn_order > ended.turn_order) finalise(ended)
      if (turn.end_of_turn && (turn.turn_is_formatted || !formatted)) finalise(turn)
      else if (turn.end_of_turn) ended = turn
      else {
        growing = true
        const utterance = interim ? utteranceOfTurn(turn, offset_ms) : null
        if (utterance) push({ type: 'interim', utterance, stable_chars: settledLetters(turn) })
      }
    },
    finishUnformatted() {
      if (ended) finalise(ended)
    },
    open: () => growing || ended !== null,
    next: () =>
      new Promise<void>((resolve) => {
        waiting = resolve
      }),
    giveUp: () => waiting?.(),
  }
}

const multilingual = ['en', 'es', 'fr', 'de', 'it', 'pt']

function modelFor(options: StreamOptions): { model: NonNullable<StreamingModel>; warnings: Warning[] } {
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

function connect({ apiKey, url, provider, options }: StreamSetting, speechModel: StreamingModel) {
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
        const socket = guardFrames(transcriber)
        await opening
        return { transcriber, socket }
      } finally {
        signal.removeEventListener('abort', abandon)
      }
    },
  )
}

/**
 * The SDK parses every message inside the socket's own callback, where a broken one ends the whole process. Broken
 * messages are turned into a broken connection before the SDK sees them.
 */
function guardFrames(transcriber: StreamingTranscriber): MessageSocket {
  const socket: unknown = Reflect.get(transcriber, 'socket')
  if (!isSocket(socket)) throw new SpeechError('assemblyai', 'internal', 'The AssemblyAI package has changed.')
  const read = socket.onmessage
  let broken = false
  socket.onmessage = (event) => {
    try {
      JSON.parse(String(event.data))
    } catch {
      broken = true
      socket.terminate()
    }
    if (!broken) read(event)
  }
  return socket
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
