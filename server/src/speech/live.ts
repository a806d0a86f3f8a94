import { SpeechError } from './errors.ts'
import { createEventQueue } from './event-queue.ts'
import type { StreamEvent } from './port.ts'
import type { Provider } from './provider.ts'

export interface LiveWatch {
  readonly events: AsyncIterable<StreamEvent>
  readonly over: boolean
  push(event: StreamEvent): void
  end(): void
  fail(error: unknown): void
  /** Audio went out, to which an answer is due or not. */
  sent(ms: number, due?: boolean): void
  /** The provider said something, and owes an answer still or not. */
  heard(owing?: boolean): void
  readonly sent_ms: number
  /** Resolves when the stream is over, however it ended. */
  readonly done: Promise<void>
}

/**
 * What every live connection needs beside its protocol: events in order, the caller's cancellation, a look-out for a
 * provider that is given audio and says nothing, and one clean-up whatever ends it.
 */
export function createLiveWatch(
  provider: Provider,
  signal: AbortSignal | undefined,
  cleanUp: () => void,
  keepAlive?: () => void,
): LiveWatch {
  const queue = createEventQueue<StreamEvent>()
  const done = Promise.withResolvers<void>()
  let sent_ms = 0
  let waitingSince: number | null = null
  let lastSent = provider.pace.now()

  const settle = () => {
    clearInterval(timer)
    signal?.removeEventListener('abort', cancelled)
    cleanUp()
    done.resolve()
  }
  const fail = (error: unknown) => {
    if (queue.over) return
    queue.fail(error)
    settle()
  }
  const cancelled = () => fail(signal?.reason)

  const timer = setInterval(
    () => {
      const now = provider.pace.now()
      if (waitingSince !== null && now - waitingSince > provider.stall_ms) {
        fail(stalled(provider))
        return
      }
      if (keepAlive && now - lastSent >= 4000) {
        lastSent = now
        keepAlive()
      }
    },
    Math.min(1000, provider.stall_ms / 4),
  )
  signal?.addEventListener('abort', cancelled, { once: true })

  return {
    events: queue,
    done: done.promise,
    get over() {
      return queue.over
    },
    get sent_ms() {
      return sent_ms
    },
    push: (event) => queue.push(event),
    fail,
    end() {
      if (queue.over) return
      queue.end()
      settle()
    },
    sent(ms, due = true) {
      sent_ms += ms
      lastSent = provider.pace.now()
      if (due) waitingSince ??= lastSent
    },
    heard(owing = false) {
      waitingSince = owing ? provider.pace.now() : null
    },
  }
}

const stalled = ({ engine, label }: Provider) =>
  new SpeechError(engine, 'timeout', `${label} stopped answering in the middle of the stream.`, { retryable: true })

export const lostConnection = ({ engine, label }: Provider, cause?: unknown) =>
  new SpeechError(engine, 'provider_failed', `${label} broke off the live connection.`, { retryable: true, cause })

/** More than this waiting to be sent means that the provider does not keep up; memory is not the place to wait. */
const MOST_WAITING_MS = 60_000

export const overrun = ({ engine, label }: Provider, waiting_ms: number) =>
  waiting_ms > MOST_WAITING_MS
    ? new SpeechError(engine, 'timeout', `${label} does not keep up with the live audio.`, { retryable: true })
    : null

/** The socket may keep it until it is sent, so it is a copy; little-endian on every machine Node 24 runs on. */
export const bytesOf = (pcm: Int16Array) =>
  new Uint8Array(pcm.buffer.slice(pcm.byteOffset, pcm.byteOffset + pcm.byteLength) as ArrayBuffer)
