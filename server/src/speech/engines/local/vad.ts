import type { Log } from '../../../platform/log.ts'
import { SpeechError } from '../../errors.ts'
import type { VoiceDetector } from '../../streaming/voice.ts'
import { ChildLost, type NativeProcess, startNative } from './process.ts'

export interface VoiceDetectors {
  open(): Promise<VoiceDetector>
  readonly pids: number[]
  close(): Promise<void>
}

interface Options {
  model: () => Promise<string>
  log: Log
  idleAfter?: number
}

/**
 * Voice detection in a process of its own: it is fast and must not wait behind a decoder, and native code stays out of the server. When the
 * process is lost, each open detector goes on in a new one from where it was; what it heard of an unfinished stretch is fed again.
 */
export function createVoiceDetectors(options: Options): VoiceDetectors {
  let child: { process: NativeProcess; ready: Promise<void> } | undefined
  let numbers = 0
  let open = 0
  let idle: NodeJS.Timeout | undefined
  let closed = false

  const running = async () => {
    clearTimeout(idle)
    if (closed) throw new SpeechError('local', 'unavailable', 'The speech engine is shutting down.')
    if (!child?.process.alive) {
      const model = await options.model()
      if (!child?.process.alive) {
        const process = startNative()
        child = { process, ready: process.call('vad.load', { model }).then(() => {}) }
      }
    }
    const mine = child
    await mine.ready.catch((cause: unknown) => {
      mine.process.kill()
      if (cause instanceof ChildLost) throw cause
      throw new SpeechError('local', 'unavailable', 'The voice detector could not be started on this machine.', {
        cause,
        retryable: true,
      })
    })
    return mine.process
  }

  const stop = () => {
    child?.process.kill()
    child = undefined
  }

  return {
    get pids() {
      return child?.process.alive && child.process.pid ? [child.process.pid] : []
    },
    async open() {
      const stream = numbers++
      const opened = async () => {
        const fresh = await running()
        await fresh.call('vad.open', { stream })
        return fresh
      }
      let process = await opened().catch((error: unknown) => {
        if (!(error instanceof ChildLost)) throw error
        return opened()
      })
      open++
      /** Samples fed since the last silence: what a new process must hear again. */
      let since: Int16Array[] = []
      let sinceLength = 0
      /** Where the present process began to count. */
      let base = 0
      let position = 0
      let ended = false

      const again = async () => {
        options.log.warn({}, 'the voice detector ended and is started again')
        process = await opened()
        base = position - sinceLength
        for (const block of since) await process.call('vad.feed', { stream, samples: block, flush: false })
      }
      const ask = (samples: Int16Array, flush: boolean) => process.call('vad.feed', { stream, samples, flush })

      return {
        async feed(samples, flush = false) {
          const heard = await ask(samples, flush).catch(async (error: unknown) => {
            if (!(error instanceof ChildLost) || ended) throw error
            await again()
            return ask(samples, flush)
          })
          position += samples.length
          if (heard.speaking) {
            since.push(samples)
            sinceLength += samples.length
          } else {
            since = []
            sinceLength = 0
          }
          return {
            ...heard,
            islands: heard.islands.map(({ start, end }) => ({ start: start + base, end: end + base })),
          }
        },
        close() {
          if (ended) return
          ended = true
          open--
          process.call('vad.close', { stream }).catch(() => {})
          if (open === 0) idle = setTimeout(stop, options.idleAfter ?? 300_000).unref()
        },
      }
    },
    async close() {
      closed = true
      clearTimeout(idle)
      const gone = child?.process.gone
      stop()
      await gone
    },
  }
}
