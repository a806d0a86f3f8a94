import { setTimeout as pause } from 'node:timers/promises'

/** What a failure says about trying again. */
export interface Verdict {
  retry: boolean
  /** Seconds the other side asked us to wait. */
  after_s?: number | undefined
}

export interface RetryOptions {
  judge: (error: unknown) => Verdict
  /** All told, the first one included. */
  attempts?: number
  base_ms?: number
  /** The longest single wait; who asks for more is not waited for. */
  longest_ms?: number
  signal?: AbortSignal | undefined
  random?: () => number
  wait?: (ms: number, signal: AbortSignal | undefined) => Promise<void>
}

const waitFor = async (ms: number, signal: AbortSignal | undefined) => {
  await pause(ms, undefined, signal && { signal })
}

/**
 * Tries again where that can help: after the time the other side asked for, else with doubling, jittered waits.
 * The last failure is thrown as it came; an abort ends the waiting at once.
 */
export async function retry<T>(attempt: (number: number) => Promise<T>, options: RetryOptions): Promise<T> {
  const { judge, attempts = 4, base_ms = 500, longest_ms = 30_000, signal, random = Math.random } = options
  const wait = options.wait ?? waitFor
  for (let number = 1; ; number += 1) {
    signal?.throwIfAborted()
    try {
      return await attempt(number)
    } catch (error) {
      signal?.throwIfAborted()
      const verdict = judge(error)
      if (!verdict.retry || number >= attempts) throw error
      const jittered = Math.min(longest_ms, base_ms * 2 ** (number - 1)) * (0.5 + random() / 2)
      const asked = verdict.after_s === undefined ? 0 : verdict.after_s * 1000
      if (asked > longest_ms) throw error
      await wait(Math.max(asked, jittered), signal)
    }
  }
}

type HeaderSource = { get(name: string): string | null }

/** Seconds to wait, from `retry-after-ms` or `retry-after` (seconds or a date). */
export function retryAfterSeconds(headers: HeaderSource, now: () => number = Date.now): number | undefined {
  const exact = Number.parseFloat(headers.get('retry-after-ms') ?? '')
  if (Number.isFinite(exact) && exact >= 0) return exact / 1000
  const value = headers.get('retry-after')?.trim()
  if (!value) return undefined
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value)
  const date = Date.parse(value)
  return Number.isNaN(date) ? undefined : Math.max(0, (date - now()) / 1000)
}
