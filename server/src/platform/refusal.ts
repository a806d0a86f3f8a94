import { type ErrorCode, errorStatus } from '@mina/contract'

interface RefusalOptions {
  cause?: unknown
  /** Seconds after which a retry makes sense; becomes the Retry-After header. */
  retryAfter?: number
  /** Extra members of the answer, such as the current row of a conflict. Safe to show. */
  details?: Record<string, unknown>
  /** Only where a dialect or the contract asks for another status than the code's own. */
  status?: number
}

/** A call that can not be served: a code of the contract and a text that is safe to show and says what to do. */
export class Refusal extends Error {
  readonly code: ErrorCode
  readonly status: number
  readonly retryAfter: number | undefined
  readonly details: Record<string, unknown> | undefined

  constructor(code: ErrorCode, message: string, options: RefusalOptions = {}) {
    super(message, { cause: options.cause })
    this.name = 'Refusal'
    this.code = code
    this.status = options.status ?? errorStatus[code]
    this.retryAfter = options.retryAfter
    this.details = options.details
  }
}
