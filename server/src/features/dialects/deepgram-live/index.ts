import { createHash } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import { z } from 'zod'
import type { Clock } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import { SpeechError } from '../../../speech/errors.ts'
import type { RecognitionStream, StreamEvent } from '../../../speech/port.ts'
import type { Recognisers } from '../../../speech/registry.ts'
import { listenMessages } from './messages.ts'
import { type ListenOptions, listenOptions } from './options.ts'
import { openSamples, rateOf } from './samples.ts'

/** Without sound or a KeepAlive for so long the connection ends. */
const SILENT_MS = 10_000

const Control = z.object({ type: z.enum(['KeepAlive', 'Finalize', 'CloseStream']) })

export interface Peer {
  send(message: Record<string, unknown>): void
  close(code: number, reason: string): void
}

interface DeepgramLiveOptions {
  recognisers: Recognisers
  clock: Clock
  log: Log
  mostSeconds: number
  /** So much was heard for this user. */
  onHeard: (userId: string, it: { engine: string; audio_seconds: number; cost_usd: number }) => Promise<void>
}

export interface Prepared {
  requestId: string
  options: ListenOptions
  engine: string
  stream: RecognitionStream
}

/** Deepgram's live protocol over the engines that are here. Nothing is kept, as its clients expect. */
export function deepgramLive({ recognisers, clock, log, mostSeconds, onHeard }: DeepgramLiveOptions) {
  return {
    /** Before the connection is made: refuses what can not be done, also where the engine has no room for one more. */
    async prepare(query: URLSearchParams, requestId: string): Promise<Prepared> {
      const options = listenOptions(query)
      const language = options.language && options.language !== 'multi' ? options.language : undefined
      const engine = recognisers.pick({ streaming: true, ...(language && { language }) })
      const stream = await engine.stream!({
        sampleRate: rateOf(options),
        interim: options.interim_results,
        words: true,
        punctuate: options.punctuate || options.smart_format,
        ...(language && { language }),
        ...(options.vocabulary.length > 0 && { vocabulary: options.vocabulary }),
        ...(options.diarize && engine.capabilities.diarization && { diarize: true }),
        ...(engine.capabilities.models.includes(options.model) && { model: options.model }),
      })
      return { requestId, options, engine: engine.name, stream }
    },

    /** One connection, from its first byte to its end. */
    serve({ requestId, options, engine, stream }: Prepared, userId: string, peer: Peer) {
      const say = listenMessages({ request_id: requestId, engine, model: options.model })
      const hash = createHash('sha256')
      const created = clock.now()
      const rate = rateOf(options)
      let samples = 0
      let finalizing: { told: boolean } | undefined
      let over = false
      let silence: NodeJS.Timeout | undefined

      const end = (code: number, reason: string) => {
        if (over) return
        over = true
        clearTimeout(silence)
        sound.close()
        stream.close().catch(() => {})
        peer.close(code, reason)
        onHeard(userId, { engine, audio_seconds: samples / rate, cost_usd: stream.cost_usd?.() ?? 0 }).catch(
          (error: Error) => log.warn({ error: error.name }, 'live use was not entered'),
        )
      }
      const alive = () => {
        clearTimeout(silence)
        silence = setTimeout(() => end(1011, 'NET-0001'), SILENT_MS)
      }
      const sound = openSamples(options, {
        onSamples(pcm) {
          samples += pcm.length
          if (samples / rate > mostSeconds) return end(1008, 'DATA-0000')
          if (!over) stream.write(pcm)
        },
        onBroken: () => end(1008, 'DATA-0000'),
      })

      function tell(event: StreamEvent) {
        if (event.type === 'interim')
          peer.send(say.results(event.utterance, { is_final: false, speech_final: false, from_finalize: false }))
        else if (event.type === 'final') {
          const from_finalize = finalizing !== undefined
          if (finalizing) finalizing.told = true
          peer.send(say.results(event.utterance, { is_final: true, speech_final: event.speech_final, from_finalize }))
        } else if (event.type === 'warning') say.warn(event.warning)
        else if (event.type === 'speech_started' && options.vad_events) peer.send(say.speechStarted(event.at_ms))
        else if (event.type === 'utterance_end' && options.utterance_end_ms !== undefined)
          peer.send(say.utteranceEnd(event.at_ms))
      }
      const telling = (async () => {
        for await (const event of stream) if (!over) tell(event)
      })()
      telling.catch((error: unknown) => {
        log.warn({ engine, code: error instanceof SpeechError ? error.code : 'internal' }, 'a live stream broke off')
        end(1011, 'NET-0000')
      })

      async function finalize() {
        const mine = { told: false }
        finalizing = mine
        await stream.flush()
        // What flushing brought is read by the loop above first.
        await turn()
        finalizing = undefined
        const at_ms = (samples / rate) * 1000
        if (!mine.told && !over)
          peer.send(
            say.results(
              { start_ms: at_ms, end_ms: at_ms, text: '', confidence: null },
              { is_final: true, speech_final: true, from_finalize: true },
            ),
          )
      }

      async function finish() {
        clearTimeout(silence)
        await sound.end()
        await stream.finish()
        await telling
        if (over) return
        const duration_ms = (samples / rate) * 1000
        peer.send(say.metadata({ sha256: hash.digest('hex'), created, duration_ms, channels: 1 }))
        end(1000, '')
      }

      let work: Promise<void> = Promise.resolve()
      const next = (run: () => Promise<void>) => {
        work = work.then(run).catch((error: Error) => {
          log.warn({ error: error.name }, 'a live stream could not be finished')
          end(1011, 'NET-0000')
        })
      }
      alive()

      return {
        audio(bytes: Buffer) {
          if (over) return
          alive()
          // An empty message was the way to end a stream before CloseStream was.
          if (bytes.length === 0) return next(finish)
          hash.update(bytes)
          sound.write(bytes)
        },
        control(text: string) {
          if (over) return
          alive()
          const parsed = Control.safeParse(parseJson(text))
          if (!parsed.success) return end(1008, 'DATA-0000')
          if (parsed.data.type === 'Finalize') next(finalize)
          if (parsed.data.type === 'CloseStream') next(finish)
        },
        gone: () => end(1000, ''),
        drain: () => next(finish),
      }
    },
  }
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export type DeepgramLive = ReturnType<typeof deepgramLive>
