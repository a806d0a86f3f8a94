import pg from 'pg'
import type { Log } from '../log.ts'
import { databaseCode } from './errors.ts'
import { prepareRepeated, statementNames } from './repeated.ts'

export interface PoolOptions {
  connection: pg.ClientConfig
  size: number
  statementTimeoutMs: number
  log: Log
  /** A connection broke: perhaps the database is gone. */
  onLoss: () => void
}

export interface MinaPool {
  pool: pg.Pool
  /** Breaks every connection, so that queries that wait for a dead database fail now. The pool opens new ones. */
  breakAll: () => void
}

export const createPool = ({ connection, size, statementTimeoutMs, log, onLoss }: PoolOptions): MinaPool => {
  const pool = new pg.Pool({
    ...connection,
    max: size,
    application_name: 'mina',
    connectionTimeoutMillis: 4000,
    // Each is a process of PostgreSQL, with some megabytes of its own.
    idleTimeoutMillis: 10_000,
    keepAlive: true,
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: 60_000,
  })
  const open = new Set<pg.PoolClient>()
  const nameOf = statementNames()
  pool.on('connect', (client) => {
    open.add(client)
    prepareRepeated(client, nameOf)
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
    breakAll: () => {
      // end() on a client that waits for an answer destroys its socket, and its query fails.
      for (const client of open) void (client as unknown as pg.Client).end().catch(() => {})
    },
  }
}
