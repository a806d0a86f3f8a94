import { SpeechError } from './errors.ts'

interface BreakerOptions {
  engine: string
  label: string
  now: () => number
  /** Failures in a row after which nobody is sent there for a while. */
  failures?: number
  rest_ms?: number
  onChange?: (open: boolean) => void
}

export interface Breaker {
  run<T>(call: () => Promise<T>): Promise<T>
  readonly open: boolean
}

/**
 * Spares a provider that is down, and the people who would wait for it. After the rest one call goes ahead as a
 * probe: its success closes the breaker, its failure begins another rest.
 */
export function createBreaker({
  engine,
  label,
  now,
  failures = 5,
  rest_ms = 30_000,
  onChange,
}: BreakerOptions): Breaker {
  let failed = 0
  let closedAgainAt: number | null = null
  let probing = false

  const refuse = (until: number): never => {
    const retryAfter = Math.max(1, Math.ceil((until - now()) / 1000))
    throw new SpeechError(engine, 'unavailable', `${label} failed several times in a row; trying again in a moment.`, {
      retryable: true,
      retryAfter,
    })
  }

  const settle = (failure: boolean) => {
    failed = failure ? failed + 1 : 0
    const wasOpen = closedAgainAt !== null
    if (failure && (wasOpen || failed >= failures)) closedAgainAt = now() + rest_ms
    else if (!failure) closedAgainAt = null
    if (wasOpen !== (closedAgainAt !== null)) onChange?.(closedAgainAt !== null)
  }

  return {
    get open() {
      return closedAgainAt !== null
    },
    async run(call) {
      const probe = closedAgainAt !== null
      if (closedAgainAt !== null) {
        if (probing || now() < closedAgainAt) refuse(closedAgainAt)
        probing = true
      }
      try {
        const result = await call()
        settle(false)
        return result
      } catch (error) {
        // A cancelled call says nothing about the provider.
        if (error instanceof SpeechError) settle(isOutage(error))
        throw error
      } finally {
        if (probe) probing = false
      }
    },
  }
}

/** A refusal, even for pace, comes from a provider that is alive. */
const isOutage = (error: SpeechError) => error.retryable && error.status !== 429
