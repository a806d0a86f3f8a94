import pg from 'pg'
import type { Log } from '../log.ts'
import { databaseCode } from './errors.ts'

interface BreakablePool {
  pool: pg.Pool
  /** Breaks every connection, so that queries that wait for a dead database fail now. The pool opens new ones. */
  breakAll: () => void
}

/** `onLoss`: a connection broke, so perhaps the database is gone. */
export function createPool(config: pg.PoolConfig, log: Log, onLoss: () => void): BreakablePool {
  const pool = new pg.Pool({
    connectionTimeoutMillis: 4_000,
    // Each is a process of PostgreSQL, with some megabytes of its own.
    idleTimeoutMillis: 10_000,
    keepAlive: true,
    ...config,
  })
  const open = new Set<pg.PoolClient>()
  pool.on('connect', (client) => {
    open.add(client)
    // The pool itself listens only while a client is idle; a client in use that breaks would end the process.
    client.on('error', () => {})
  })
  pool.on('remove', (client) => open.delete(client))
  pool.on('error', (error) => {
    log.debug({ code: databaseCode(error) }, 'a database connection was lost')
    onLoss()
  })
  return {
    pool,
    breakAll() {
      // Not end(): of a client that is idle the pool would not hear, and hand it out once more.
      for (const client of open) streamOf(client).destroy()
    },
  }
}

/** What a client speaks through, which its types keep to themselves. */
const streamOf = (client: pg.PoolClient) =>
  (client as unknown as { connection: { stream: { destroy: () => void } } }).connection.stream
