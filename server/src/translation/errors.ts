import type { ErrorCode } from '@mina/contract'
import { retryAfterSeconds } from '../platform/retry.ts'
import type { TranslationUsage } from './port.ts'

interface TranslationErrorOptions {
  cause?: unknown
  /** Whether the same call may succeed later. */
  retryable?: boolean
  /** Seconds the other side asked us to wait. */
  retryAfter?: number | undefined
  /** HTTP status of the other side, where there was one. */
  status?: number | undefined
  /** The same text in smaller pieces, or fewer texts at once, may succeed: the answer was cut or did not line up. */
  smaller?: boolean
}

/** A translator's failure: knows its code in the contract, what can help, and a text that is safe to show. */
export class TranslationError extends Error {
  readonly code: ErrorCode
  readonly engine: string
  readonly retryable: boolean
  readonly retryAfter: number | undefined
  readonly status: number | undefined
  readonly smaller: boolean
  /** What this one request cost although it failed. */
  usage: TranslationUsage | undefined

  constructor(engine: string, code: ErrorCode, message: string, options: TranslationErrorOptions = {}) {
    super(message, { cause: options.cause })
    this.name = 'TranslationError'
    this.engine = engine
    this.code = code
    this.retryable = options.retryable ?? false
    this.retryAfter = options.retryAfter
    this.status = options.status
    this.smaller = options.smaller ?? false
  }
}

export interface ProviderFailure {
  /** The engine's name for people. */
  label: string
  /** The variable that holds its key. */
  keyVariable: string
  status: number
  headers: { get(name: string): string | null }
  /** The provider says that this can not pass by itself: quota of the month, no credit. */
  exhausted?: boolean
  /** The provider says it is only pace although the status does not (Google's 403). */
  paced?: boolean
  cause?: unknown
}

/** The one place where a provider's HTTP status becomes our failure. The provider's own text is never shown. */
export function providerFailure(engine: string, failure: ProviderFailure): TranslationError {
  const { label, keyVariable, status, headers, cause } = failure
  const options = { status, cause }
  if (failure.exhausted || status === 402)
    return new TranslationError(
      engine,
      'provider_failed',
      `${label}: the account's quota or credit is used up.`,
      options,
    )
  if (status === 429 || failure.paced) {
    const retryAfter = retryAfterSeconds(headers)
    const text = `${label} is rate limited; try again ${retryAfter ? `in ${Math.ceil(retryAfter)} seconds` : 'later'}.`
    return new TranslationError(engine, 'provider_failed', text, { ...options, retryable: true, retryAfter })
  }
  if (status === 401 || status === 403)
    return new TranslationError(engine, 'provider_failed', `${label} refused the key; check ${keyVariable}.`, options)
  if (status === 408 || status >= 500) {
    const retryAfter = retryAfterSeconds(headers)
    const text = `${label} failed (HTTP ${status}); try again later.`
    const code = status === 408 || status === 504 ? 'timeout' : 'provider_failed'
    return new TranslationError(engine, code, text, { ...options, retryable: true, retryAfter })
  }
  return new TranslationError(engine, 'provider_failed', `${label} refused the request (HTTP ${status}).`, options)
}

export const timedOut = (engine: string, label: string, cause?: unknown) =>
  new TranslationError(engine, 'timeout', `${label} did not answer in time; try again later.`, {
    retryable: true,
    cause,
  })

export const unreachable = (engine: string, label: string, cause?: unknown) =>
  new TranslationError(engine, 'provider_failed', `${label} could not be reached, or broke off its answer.`, {
    retryable: true,
    cause,
  })

export const unreadable = (engine: string, label: string) =>
  new TranslationError(engine, 'provider_failed', `${label} sent an answer that can not be read.`, { retryable: true })
