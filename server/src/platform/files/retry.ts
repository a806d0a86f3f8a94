import { setTimeout as pause } from 'node:timers/promises'

interface Retries {
  worthIt: (error: unknown) => boolean
  attempts?: number
  /** Doubled each time, with some jitter so that many callers do not come back as one. */
  pauseMs?: number
}

export const withRetries = async <T>(work: () => Promise<T>, options: Retries): Promise<T> => {
  const { worthIt, attempts = 4, pauseMs = 150 } = options
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (attempt >= attempts || !worthIt(error)) throw error
      await pause(pauseMs * 2 ** (attempt - 1) * (0.5 + Math.random()))
    }
  }
}
