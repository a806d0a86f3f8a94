import { setTimeout as wait } from 'node:timers/promises'
import { SpeechError } from './errors.ts'

/** Time and chance as parameters, so that tests neither wait nor gamble. */
export interface Pace {
  now(): number
  random(): number
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export const realPace: Pace = {
  now: () => Date.now(),
  random: Math.random,
  sleep: async (ms, signal) => {
    await wait(ms, undefined, { signal })
  },
}

export interface RetryPolicy {
  /** The first try included. */
  attempts: number
  first_ms: number
  most_ms: number
  /** A provider that asks for a longer pause than this has refused; the caller (or a fallback) decides. */
  patience_ms: number
}

export const defaultRetry: RetryPolicy = { attempts: 4, first_ms: 500, most_ms: 20_000, patience_ms: 60_000 }

interface RetryOptions {
  policy: RetryPolicy
  pace: Pace
  /** In the time of `pace.now()`: no retry starts after it. */
  deadline: number
  signal?: AbortSignal
  onRetry?: (error: SpeechError, wait_ms: number) => void
}

/** Tries again what may succeed later: with growing, jittered pauses, or the pause that the other side asked for. */
export async function retry<T>(call: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { policy, pace, deadline, signal, onRetry } = options
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted()
    try {
      return await call()
    } catch (error) {
      signal?.throwIfAborted()
      if (!(error instanceof SpeechError) || !error.retryable || attempt >= policy.attempts) throw error
      const pause = pauseBefore(attempt, error.retryAfter, policy, pace.random())
      const asked = error.retryAfter !== undefined
      if ((asked && pause > policy.patience_ms) || pace.now() + pause >= deadline) throw error
      onRetry?.(error, pause)
      await pace.sleep(pause, signal)
    }
  }
}

/** Never earlier than asked for; jitter keeps many callers from returning at the same moment. */
export function pauseBefore(attempt: number, retryAfter: number | undefined, policy: RetryPolicy, chance: number) {
  if (retryAfter !== undefined) return Math.round(retryAfter * 1000 + chance * policy.first_ms)
  const most = Math.min(policy.most_ms, policy.first_ms * 2 ** (attempt - 1))
  return Math.round(most / 2 + (most / 2) * chance)
}

/** The Retry-After header (seconds or a date) and OpenAI's finer `retry-after-ms`, in seconds. */
export function retryAfterOf(headers: Headers, now: number): number | undefined {
  const finer = Number(headers.get('retry-after-ms') ?? Number.NaN)
  if (Number.isFinite(finer) && finer >= 0) return finer / 1000
  const text = headers.get('retry-after')?.trim()
  if (!text) return undefined
  const seconds = Number(text)
  if (Number.isFinite(seconds)) return Math.max(0, seconds)
  const date = Date.parse(text)
  return Number.isNaN(date) ? undefined : Math.max(0, (date - now) / 1000)
}
