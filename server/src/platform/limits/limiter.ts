import type { Pool } from 'pg'
import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterPostgres,
  RateLimiterRedis,
  RateLimiterRes,
} from 'rate-limiter-flexible'
import type { Bucket, Limiter, LimitState } from './port.ts'

/** Where the counts are kept. */
export type LimitStore =
  | { kind: 'memory' }
  | { kind: 'redis'; client: unknown }
  | { kind: 'postgres'; pool: Pool; onError: (error: Error) => void }

const state = (bucket: Bucket, result: RateLimiterRes | null, allowed: boolean): LimitState => ({
  allowed,
  limit: bucket.points,
  remaining: Math.max(0, result?.remainingPoints ?? bucket.points),
  reset: Math.ceil((result?.msBeforeNext ?? 0) / 1000),
})

export function createLimiter(store: LimitStore): Limiter {
  const limiters = new Map<string, RateLimiterAbstract>()

  const make = (bucket: Bucket): RateLimiterAbstract => {
    const options = { points: bucket.points, duration: bucket.seconds, keyPrefix: `limit:${bucket.name}` }
    if (store.kind === 'redis')
      return new RateLimiterRedis({ ...options, storeClient: store.client, useRedisPackage: true })
    if (store.kind === 'postgres')
      return new RateLimiterPostgres(
        { ...options, storeClient: store.pool, tableName: 'rate_limits', tableCreated: true },
        (error) => error && store.onError(error),
      )
    return new RateLimiterMemory(options)
  }

  const of = (bucket: Bucket) => {
    const known = limiters.get(bucket.name)
    if (known) return known
    const made = make(bucket)
    limiters.set(bucket.name, made)
    return made
  }

  return {
    async take(bucket, key, points = 1) {
      try {
        return state(bucket, await of(bucket).consume(key, points), true)
      } catch (refused) {
        if (refused instanceof RateLimiterRes) return state(bucket, refused, false)
        throw refused
      }
    },
    async look(bucket, key) {
      const result = await of(bucket).get(key)
      return state(bucket, result, (result?.consumedPoints ?? 0) < bucket.points)
    },
    async clear(bucket, key) {
      await of(bucket).delete(key)
    },
  }
}
