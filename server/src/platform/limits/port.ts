import type { Log } from '../log.ts'

/** So many points in so many seconds, counted under a name. */
export interface Bucket {
  name: string
  points: number
  seconds: number
}

export interface LimitState {
  allowed: boolean
  limit: number
  remaining: number
  /** Seconds until the count starts anew. */
  reset: number
}

/** Counts what callers do. In memory for one process; in Redis or PostgreSQL for several. */
export interface Limiter {
  take(bucket: Bucket, key: string, points?: number): Promise<LimitState>
  /** Looks without counting. */
  look(bucket: Bucket, key: string): Promise<LimitState>
  clear(bucket: Bucket, key: string): Promise<void>
}

const open = (bucket: Bucket): LimitState => ({
  allowed: true,
  limit: bucket.points,
  remaining: bucket.points,
  reset: 0,
})

/** For benches only; the start names it in a warning. */
export const unlimited: Limiter = {
  take: async (bucket) => open(bucket),
  look: async (bucket) => open(bucket),
  clear: async () => {},
}

/** A store that fails must not lock everybody out: the call goes through, and the log says so. */
export const forgiving = (limiter: Limiter, log: Log): Limiter => {
  const attempt = async (bucket: Bucket, call: () => Promise<LimitState>) => {
    try {
      return await call()
    } catch (error) {
      log.error({ bucket: bucket.name, error: (error as Error).name }, 'the rate limit store does not answer')
      return open(bucket)
    }
  }
  return {
    take: (bucket, key, points) => attempt(bucket, () => limiter.take(bucket, key, points)),
    look: (bucket, key) => attempt(bucket, () => limiter.look(bucket, key)),
    clear: (bucket, key) => limiter.clear(bucket, key).catch(() => {}),
  }
}
