import type OpenAI from 'openai'
import { OpenAIRealtimeWS } from 'openai/realtime/ws'
import type { Log } from '../../../platform/log.ts'
import { primaryLanguage } from '../../languages.ts'
import { bytesOf, createLiveWatch, lostConnection, overrun } from '../../live.ts'
import type { RecognitionStream, StreamOptions } from '../../port.ts'
import { costOf, type PriceTable } from '../../prices.ts'
import type { Provider } from '../../provider.ts'
import { createTurns } from './realtime-turns.ts'
import { createResampler } from './resample.ts'

interface RealtimeSetting {
  client: OpenAI
  provider: Provider
  model: string
  prices: PriceTable
  log: Log
  options: StreamOptions
}

const rate = 24_000

/** One Realtime transcription session: OpenAI finds the turns, Mina gives each its place in the recording. */
export async function openRealtimeStream(setting: RealtimeSetting): Promise<RecognitionStream> {
  const { provider, options, model, prices, log } = setting
  const connection = await connect(setting)
  const resample = createResampler(options.sampleRate, rate)
  let finishing = false

  const watch = createLiveWatch(provider, options.signal, () => {
    connection.close()
    log.info({ engine: 'openai', model, audio_ms: watch.sent_ms, cost_usd: cost() }, 'live stream ended')
  })
  const cost = () => costOf(prices, { engine: 'openai', model, kind: 'stream', duration_ms: watch.sent_ms })
  const turns = createTurns({ offset_ms: options.offset_ms ?? 0, interim: options.interim !== false, push: watch.push })

  connection.on('event', (event: unknown) => {
    if (watch.over) return
    const failure = turns.take(event)
    watch.heard(turns.owed())
    if (failure) watch.fail(lostConnection(provider))
    else if (finishing && turns.settled()) watch.end()
  })
  connection.on('error', (error) => {
    // Committing an empty buffer is how a stream without a last word ends.
    if (error.error?.code === 'input_audio_buffer_commit_empty') {
      turns.nothingToCommit()
      if (finishing && turns.settled()) watch.end()
    } else watch.fail(lostConnection(provider, error))
  })
  connection.socket.on('close', () => watch.fail(lostConnection(provider)))

  const commit = () => {
    turns.commitAsked(watch.sent_ms)
    connection.send({ type: 'input_audio_buffer.commit' })
  }

  return {
    write(pcm) {
      const lag_ms = Math.round((connection.socket.bufferedAmount / (rate * 2)) * 0.75 * 1000)
      if (watch.over || finishing || pcm.length === 0) return { lag_ms }
      const tooSlow = overrun(provider, lag_ms)
      if (tooSlow) watch.fail(tooSlow)
      else {
        const audio = Buffer.from(bytesOf(resample(pcm))).toString('base64')
        connection.send({ type: 'input_audio_buffer.append', audio })
        // OpenAI is rightly silent while nobody speaks, and while somebody does: only the text of an ended turn is due.
        watch.sent((pcm.length / options.sampleRate) * 1000, false)
      }
      return { lag_ms }
    },
    async flush() {
      if (watch.over || finishing) return
      commit()
      await Promise.race([turns.allSettled(), watch.done])
    },
    async finish() {
      if (!finishing && !watch.over) {
        finishing = true
        if (watch.sent_ms === 0) watch.end()
        else commit()
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

async function connect({ client, provider, model, options }: RealtimeSetting): Promise<OpenAIRealtimeWS> {
  const language = primaryLanguage(options.language)
  const prompt = [options.prompt, options.vocabulary?.join(', ')].filter(Boolean).join(' ')
  return provider.call(
    { timeout_ms: provider.connect_ms, deadline: provider.deadline(0), signal: options.signal },
    async (signal) => {
      const connection = new OpenAIRealtimeWS({ intent: 'transcription', options: { maxPayload: 4_000_000 } }, client)
      const ready = Promise.withResolvers<void>()
      connection.on('error', (error) => ready.reject(error))
      connection.socket.once('close', () => ready.reject(new Error('closed before it was ready')))
      connection.on('session.updated', () => ready.resolve())
      connection.socket.once('open', () =>
        connection.send({
          type: 'session.update',
          session: {
            type: 'transcription',
            audio: {
              input: {
                format: { type: 'audio/pcm', rate },
                transcription: { model, ...(language && { language }), ...(prompt && { prompt }) },
                turn_detection: { type: 'server_vad', silence_duration_ms: 500, prefix_padding_ms: 300 },
              },
            },
          },
        }),
      )
      const abandon = () => ready.reject(signal.reason)
      signal.addEventListener('abort', abandon, { once: true })
      try {
        await ready.promise
        return connection
      } catch (error) {
        connection.close()
        throw error
      } finally {
        signal.removeEventListener('abort', abandon)
      }
    },
  )
}
