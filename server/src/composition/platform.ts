import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Config } from '../config/index.ts'
import { root } from '../config/index.ts'
import { openBus } from '../platform/bus.ts'
import { type Clock, systemClock } from '../platform/clock.ts'
import { openDatabase } from '../platform/database/connect.ts'
import type { Embedded } from '../platform/database/embedded.ts'
import { migrate } from '../platform/database/migrate.ts'
import { type Log, serverLog } from '../platform/log.ts'
import { openRedis } from '../platform/redis.ts'
import { composeLimiter } from './limits.ts'

export const migrationsDir = resolve(root, 'server/migrations')

export interface PlatformOverrides {
  clock?: Clock
  log?: Log
  /** The embedded database, where it was begun before. */
  embedded?: Promise<Embedded>
}

/** What everything else stands on, opened in order; closed in reverse. */
export async function openPlatform(config: Config, overrides: PlatformOverrides = {}) {
  const { log = serverLog(config), clock = systemClock } = overrides
  const tempDir = resolve(config.dataDir, 'tmp')
  const database = await openDatabase({
    ...(config.databaseUrl && { url: config.databaseUrl }),
    ...(overrides.embedded && { embedded: overrides.embedded }),
    dataDir: config.dataDir,
    log,
  })
  try {
    await mkdir(tempDir, { recursive: true, mode: 0o700 })
    const { applied } = await migrate(database.pool, migrationsDir)
    if (applied > 0) log.info({ applied }, 'database migrated')
    const redis = config.redisUrl ? await openRedis(config.redisUrl, log) : null
    const bus = await openBus(database, log)
    const limiter = composeLimiter({ config, database, redis, log })
    return {
      config,
      log,
      clock,
      tempDir,
      database,
      db: database.db,
      redis,
      bus,
      limiter,
      async close() {
        await bus.close()
        await redis?.close()
        await database.close()
      },
    }
  } catch (error) {
    await database.close()
    throw error
  }
}

export type Platform = Awaited<ReturnType<typeof openPlatform>>
