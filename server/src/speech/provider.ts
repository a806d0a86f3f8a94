import type { z } from 'zod'
import type { Log } from '../platform/log.ts'
import { counter, gauge } from '../platform/metrics.ts'
import { type Breaker, createBreaker } from './breaker.ts'
import { SpeechError } from './errors.ts'
import type { Capabilities, Recording } from './port.ts'
import { defaultRetry, type Pace, type RetryPolicy, realPace, retry } from './retry.ts'

const requests = counter('mina_speech_requests_total', 'Requests to speech providers', ['engine', 'outcome'])
const retries = counter('mina_speech_retries_total', 'Requests to speech providers that were tried again', ['engine'])
const breakers = gauge('mina_speech_breaker_open', 'Whether calls to a speech provider are held back', ['engine'])

/** What an operator or a test may set otherwise; every value has a default that suits production. */
export interface Tuning {
  pace?: Pace
  retry?: Partial<RetryPolicy>
  breaker?: { failures?: number; rest_ms?: number }
  /** How long one request may take. */
  request_ms?: (audio_ms: number) => number
  /** How long a whole recording may take, retries included. */
  deadline_ms?: (audio_ms: number) => number
  /** A live connection must stand within this. */
  connect_ms?: number
  /** A live provider that is silent for so long while it is given audio has stalled. */
  stall_ms?: number
  /** How long the last words of a live stream may take. */
  finish_ms?: number
}

interface ProviderOptions {
  engine: string
  /** As people call it. */
  label: string
  log: Log
  tuning?: Tuning
  /**
   * Turns what the SDK threw into an error of ours; null where it tells nothing (then it is a broken connection).
   * Asynchronous, because the SDK whose errors it knows is loaded with the first request.
   */
  explain: (error: unknown) => Promise<SpeechError | null>
}

interface CallOptions {
  timeout_ms: number
  /** In the time of the pace. */
  deadline: number
  signal?: AbortSignal
}

export interface Provider {
  readonly engine: string
  readonly label: string
  readonly pace: Pace
  readonly connect_ms: number
  readonly stall_ms: number
  readonly finish_ms: number
  requestTime(audio_ms: number): number
  deadline(audio_ms: number): number
  /** One request with everything around it: time limit, retries, breaker, metrics, errors in our words. */
  call<T>(options: CallOptions, request: (signal: AbortSignal) => Promise<T>): Promise<T>
  /** Refuses what would fail anyway, before a byte is sent. */
  check(work: {
    missing: string | null
    recording?: Recording
    most?: Pick<Capabilities, 'maxBytes' | 'maxSeconds'>
  }): void
  /** A malformed answer is a failure, never an empty transcript. */
  read<S extends z.ZodType>(schema: S, answer: unknown): z.output<S>
}

export function createProvider({ engine, label, log, tuning = {}, explain }: ProviderOptions): Provider {
  const pace = tuning.pace ?? realPace
  const policy = { ...defaultRetry, ...tuning.retry }
  const breaker: Breaker = createBreaker({
    engine,
    label,
    now: pace.now,
    ...tuning.breaker,
    onChange: (open) => {
      breakers.set({ engine }, open ? 1 : 0)
      log.warn({ engine, open }, open ? 'speech provider is held back' : 'speech provider answers again')
    },
  })
  const requestTime = tuning.request_ms ?? ((audio_ms) => 60_000 + audio_ms / 2)
  const deadline = tuning.deadline_ms ?? ((audio_ms) => 180_000 + audio_ms)

  const once = async <T>(options: CallOptions, request: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    const left_ms = Math.max(1, Math.min(options.timeout_ms, options.deadline - pace.now()))
    try {
      const result = await withinTime(left_ms, options.signal, request, () => timedOut(engine, label, left_ms))
      requests.inc({ engine, outcome: 'ok' })
      return result
    } catch (error) {
      options.signal?.throwIfAborted()
      const known = error instanceof SpeechError ? error : ((await explain(error)) ?? broken(engine, label, error))
      requests.inc({ engine, outcome: known.code })
      throw known
    }
  }

  return {
    engine,
    label,
    pace,
    connect_ms: tuning.connect_ms ?? 10_000,
    stall_ms: tuning.stall_ms ?? 30_000,
    finish_ms: tuning.finish_ms ?? 15_000,
    requestTime,
    deadline: (audio_ms) => pace.now() + deadline(audio_ms),
    call: (options, request) =>
      retry(() => breaker.run(() => once(options, request)), {
        policy,
        pace,
        deadline: options.deadline,
        signal: options.signal,
        onRetry: (error, wait_ms) => {
          retries.inc({ engine })
          log.warn({ engine, code: error.code, status: error.status, wait_ms }, 'speech provider failed, trying again')
        },
      }),
    check({ missing, recording, most = {} }) {
      if (missing !== null) throw new SpeechError(engine, 'unavailable', missing)
      if (!recording) return
      const { maxBytes = Number.POSITIVE_INFINITY, maxSeconds = Number.POSITIVE_INFINITY } = most
      if (recording.size > maxBytes || recording.duration_ms > maxSeconds * 1000)
        throw new SpeechError(engine, 'too_large', `The recording is larger than ${label} takes.`)
    },
    read: (schema, answer) => {
      const parsed = schema.safeParse(answer)
      if (parsed.success) return parsed.data
      throw new SpeechError(engine, 'provider_failed', `${label} sent an answer that is broken or cut short.`, {
        retryable: true,
      })
    },
  }
}

/** Also ends what does not listen to its signal: SDKs forget it while they read a body. */
async function withinTime<T>(
  ms: number,
  outer: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
  late: () => SpeechError,
): Promise<T> {
  const own = new AbortController()
  const timer = setTimeout(() => own.abort(late()), ms)
  const signal = outer ? AbortSignal.any([outer, own.signal]) : own.signal
  try {
    signal.throwIfAborted()
    const stopped = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    })
    return await Promise.race([work(signal), stopped])
  } catch (error) {
    if (own.signal.aborted) throw own.signal.reason
    throw error
  } finally {
    clearTimeout(timer)
  }
}

const timedOut = (engine: string, label: string, ms: number) =>
  new SpeechError(engine, 'timeout', `${label} did not answer within ${Math.ceil(ms / 1000)} seconds.`, {
    retryable: true,
  })

const broken = (engine: string, label: string, cause: unknown) =>
  new SpeechError(engine, 'provider_failed', `The connection to ${label} failed.`, { retryable: true, cause })

interface Refused {
  engine: string
  label: string
  /** The variable that holds the key, for a remedy that can be followed. */
  keyVariable: string
  status: number
  retryAfter?: number
  /** The provider says that the audio itself is at fault. */
  badAudio?: boolean
  /** The provider says that there is no credit left (some do so with 429). */
  noCredit?: boolean
}

/** An HTTP status in our words. The provider's own text may hold anything and is not shown. */
export function refused({ engine, label, keyVariable, status, retryAfter, badAudio, noCredit }: Refused): SpeechError {
  const fail = (code: SpeechError['code'], message: string, retryable = false) =>
    new SpeechError(engine, code, message, { status, retryAfter, retryable })
  if (status === 401 || status === 403)
    return fail('provider_failed', `${label} refused the API key. Check ${keyVariable}.`)
  if (status === 402 || noCredit) return fail('provider_failed', `The ${label} account has no credit left.`)
  if (status === 413) return fail('too_large', `The recording is larger than ${label} takes.`)
  if (badAudio) return fail('unprocessable_audio', `${label} could not read this recording as audio.`)
  if (status === 408 || status === 504) return fail('timeout', `${label} took too long to answer.`, true)
  if (status === 429) return fail('provider_failed', `${label} has too many requests from this account.`, true)
  if (status >= 500) return fail('provider_failed', `${label} has a failure of its own (${status}).`, true)
  return fail('provider_failed', `${label} refused the request (${status}).`)
}
