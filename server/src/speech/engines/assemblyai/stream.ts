import type { Log } from '../../../platform/log.ts'
import { bytesOf, createLiveWatch, lostConnection, overrun } from '../../live.ts'
import type { RecognitionStream } from '../../port.ts'
import { costOf, type PriceTable } from '../../prices.ts'
import { AssemblyaiTurn } from './answer.ts'
import { type Connecting, connect, modelFor } from './connection.ts'
import { createFrames } from './frames.ts'
import { createTurnReader } from './turns.ts'

interface StreamSetting extends Connecting {
  prices: PriceTable
  log: Log
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
  transcriber.on('close', (code) => {
    // The end that was asked for; whether it was confirmed is known to `finish`.
    if (finishing && code === 1000) return
    watch.fail(lostConnection(provider, new Error(`close code ${code}`)))
  })

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
      // The SDK stumbles over a second close meanwhile, which a failure brings; what counts is the confirmation.
      await transcriber.close(true, provider.finish_ms).catch(() => {})
      turns.finishUnformatted()
      if (socket.confirmed) watch.end()
      else watch.fail(lostConnection(provider))
    },
    async close() {
      watch.end()
    },
    cost_usd: cost,
    [Symbol.asyncIterator]: () => watch.events[Symbol.asyncIterator](),
  }
}
