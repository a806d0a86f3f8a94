import type { ErrorCode } from '@mina/contract'

interface SpeechErrorOptions {
  cause?: unknown
  /** Whether the same call may succeed later. */
  retryable?: boolean
  /** Seconds the other side asked us to wait. */
  retryAfter?: number
  /** HTTP status of the other side, where there was one. */
  status?: number
}

/** A recogniser's failure: knows its code in the contract, whether a retry can help, and a text that is safe to show. */
export class SpeechError extends Error {
  readonly code: ErrorCode
  readonly engine: string
  readonly retryable: boolean
  readonly retryAfter: number | undefined
  readonly status: number | undefined

  constructor(engine: string, code: ErrorCode, message: string, options: SpeechErrorOptions = {}) {
    super(message, { cause: options.cause })
    this.name = 'SpeechError'
    this.engine = engine
    this.code = code
    this.retryable = options.retryable ?? false
    this.retryAfter = options.retryAfter
    this.status = options.status
  }
}
