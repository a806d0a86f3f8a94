import type { Config } from '../config/index.ts'
import type { Database } from '../platform/database/connect.ts'
import { createLimiter, type LimitStore } from '../platform/limits/limiter.ts'
import { forgiving, type Limiter, unlimited } from '../platform/limits/port.ts'
import type { Log } from '../platform/log.ts'
import type { RedisLink } from '../platform/redis.ts'

interface LimitsOptions {
  config: Config
  database: Database
  redis: RedisLink | null
  log: Log
}

/** Counts in memory where one process serves all; in Redis or PostgreSQL where several do. */
export function composeLimiter({ config, database, redis, log }: LimitsOptions): Limiter {
  if (!config.limits.rateLimits) {
    log.warn({}, 'RATE_LIMITS=off: nobody is slowed down. For benches only.')
    return unlimited
  }
  const store: LimitStore = redis
    ? { kind: 'redis', client: redis.client }
    : config.databaseUrl
      ? { kind: 'postgres', pool: database.pool, onError: (error) => log.error({ error: error.name }, 'rate limits') }
      : { kind: 'memory' }
  return forgiving(createLimiter(store), log)
}
