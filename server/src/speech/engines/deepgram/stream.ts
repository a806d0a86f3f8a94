import type { DeepgramClient } from '@deepgram/sdk'
import type { Log } from '../../../platform/log.ts'
import { bytesOf, createLiveWatch, lostConnection, overrun } from '../../live.ts'
import type { RecognitionStream, StreamOptions, Utterance } from '../../port.ts'
import { costOf, type PriceTable } from '../../prices.ts'
import type { Provider } from '../../provider.ts'
import { DeepgramMessage } from './answer.ts'
import { commonOptions, ignoredOptions, liveLanguage } from './options.ts'
import { milliseconds, wordOf } from './utterances.ts'

interface StreamSetting {
  client: DeepgramClient
  provider: Provider
  model: string
  prices: PriceTable
  log: Log
  options: StreamOptions
}

/** One live connection. It is never silently opened again: what was in flight would be lost, so the caller decides. */
export async function openDeepgramStream(setting: StreamSetting): Promise<RecognitionStream> {
  const { provider, options, model, prices, log } = setting
  const { language, warnings } = liveLanguage(model, options)
  const { connection, socket } = await connect(setting, language)
  const offset_ms = options.offset_ms ?? 0
  let finishing = false
  let complete = false
  let flushed: (() => void) | null = null

  const watch = createLiveWatch(
    provider,
    options.signal,
    () => {
      connection.close()
      flushed?.()
      log.info({ engine: 'deepgram', model, audio_ms: watch.sent_ms, cost_usd: cost() }, 'live stream ended')
    },
    () => whileOpen(() => connection.sendKeepAlive({ type: 'KeepAlive' })),
  )
  const cost = () => costOf(prices, { engine: 'deepgram', model, kind: 'stream', duration_ms: watch.sent_ms })
  const whileOpen = (send: () => void) => {
    try {
      send()
    } catch (error) {
      watch.fail(lostConnection(provider, error))
    }
  }

  for (const warning of [...warnings, ...ignoredOptions(options)]) watch.push({ type: 'warning', warning })

  connection.on('message', (incoming: unknown) => {
    if (watch.over) return
    watch.heard()
    const parsed = DeepgramMessage.safeParse(incoming)
    if (!parsed.success) {
      if (isUnknownKind(incoming)) return
      watch.fail(lostConnection(provider))
      return
    }
    const message = parsed.data
    if (message.type === 'SpeechStarted')
      watch.push({ type: 'speech_started', at_ms: offset_ms + milliseconds(message.timestamp) })
    else if (message.type === 'UtteranceEnd')
      watch.push({ type: 'utterance_end', at_ms: offset_ms + milliseconds(Math.max(0, message.last_word_end)) })
    else if (message.type === 'Metadata') complete = finishing
    else {
      const utterance = utteranceOf(message, offset_ms)
      if (utterance && message.is_final)
        watch.push({ type: 'final', utterance, speech_final: message.speech_final ?? false })
      else if (utterance && options.interim !== false) watch.push({ type: 'interim', utterance, stable_chars: 0 })
      if (message.from_finalize) flushed?.()
    }
  })
  connection.on('close', () => {
    if (complete) watch.end()
    else watch.fail(lostConnection(provider))
  })
  connection.on('error', (error) => watch.fail(lostConnection(provider, error)))

  return {
    write(pcm) {
      const ms = (pcm.length / options.sampleRate) * 1000
      const lag_ms = (socket.bufferedAmount / 2 / options.sampleRate) * 1000
      if (watch.over || finishing || pcm.length === 0) return { lag_ms }
      const tooSlow = overrun(provider, lag_ms)
      if (tooSlow) watch.fail(tooSlow)
      else {
        whileOpen(() => connection.sendMedia(bytesOf(pcm)))
        watch.sent(ms)
      }
      return { lag_ms: Math.round(lag_ms) }
    },
    async flush() {
      if (watch.over || finishing) return
      await new Promise<void>((resolve) => {
        flushed = resolve
        // Deepgram is silent when there was nothing left to finalise.
        setTimeout(resolve, Math.min(2000, provider.finish_ms)).unref()
        whileOpen(() => connection.sendFinalize({ type: 'Finalize' }))
      })
      flushed = null
    },
    async finish() {
      if (!finishing && !watch.over) {
        finishing = true
        whileOpen(() => connection.sendCloseStream({ type: 'CloseStream' }))
        const late = setTimeout(() => watch.fail(lostConnection(provider)), provider.finish_ms)
        await watch.done
        clearTimeout(late)
      }
      await watch.done
    },
    async close() {
      watch.end()
    },
    cost_usd: cost,
    [Symbol.asyncIterator]: () => watch.events[Symbol.asyncIterator](),
  }
}

async function connect({ client, provider, model, options }: StreamSetting, language: string) {
  const common = commonOptions(model, options)
  return provider.call(
    { timeout_ms: provider.connect_ms, deadline: provider.deadline(0), signal: options.signal },
    async (signal) => {
      const connection = await client.listen.v1.connect({
        ...common,
        punctuate: String(common.punctuate),
        smart_format: String(common.smart_format),
        diarize: String(common.diarize),
        language,
        encoding: 'linear16',
        sample_rate: options.sampleRate,
        channels: 1,
        interim_results: 'true',
        vad_events: 'true',
        endpointing: 300,
        utterance_end_ms: 1000,
        reconnectAttempts: 0,
        shouldReconnect: () => false,
      })
      const abandon = () => connection.close()
      signal.addEventListener('abort', abandon, { once: true })
      try {
        connection.connect()
        const socket = await connection.waitForOpen()
        return { connection, socket: connection.socket ?? socket }
      } catch (error) {
        connection.close()
        throw error
      } finally {
        signal.removeEventListener('abort', abandon)
      }
    },
  )
}

function utteranceOf(message: Extract<DeepgramMessage, { type: 'Results' }>, offset_ms: number): Utterance | null {
  const best = message.channel.alternatives[0]!
  if (best.transcript.trim() === '') return null
  const words = best.words.map((word) => wordOf(word, offset_ms))
  const speaker = words[0]?.speaker
  return {
    start_ms: words[0]?.start_ms ?? offset_ms + milliseconds(message.start),
    end_ms: words.at(-1)?.end_ms ?? offset_ms + milliseconds(message.start + message.duration),
    text: best.transcript.trim(),
    confidence: best.confidence,
    words,
    ...(speaker !== undefined && { speaker }),
  }
}

/** New kinds of messages may come any day and are no failure; a known kind that can not be read is one. */
const isUnknownKind = (message: unknown) =>
  typeof message === 'object' &&
  message !== null &&
  'type' in message &&
  !['Results', 'SpeechStarted', 'UtteranceEnd', 'Metadata'].includes(String(message.type))
