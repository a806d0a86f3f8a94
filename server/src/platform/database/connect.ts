import { setTimeout as pause } from 'node:timers/promises'
import type { NodePgQueryResultHKT } from 'drizzle-orm/node-postgres'
import { drizzle } from 'drizzle-orm/node-postgres'
import type { PgDatabase } from 'drizzle-orm/pg-core'
import pg from 'pg'
import type { Log } from '../log.ts'
import { type Embedded, openEmbedded, untilUsable } from './embedded.ts'
import { DatabaseStartError, databaseCode } from './errors.ts'
import { createListener, type Listener } from './listener.ts'
import { createPool } from './pool.ts'
import { prepareRepeated, statementNames } from './repeated.ts'

/** What repositories take: the database itself, or a transaction of it. */
export type Db = PgDatabase<NodePgQueryResultHKT>

export interface Database {
  db: Db
  pool: pg.Pool
  /** For libraries that need connections of their own, such as the job queue. Whoever opens it ends it. */
  openPool: (options: { name: string; size: number; patienceMs: number }) => pg.Pool
  listen: Listener['listen']
  /** False from when a heartbeat fails until the database answers again. */
  isAlive: () => boolean
  close: () => Promise<void>
}

export interface DatabaseOptions {
  /** A PostgreSQL of your own; without it the embedded one of `dataDir`. */
  url?: string
  /** The embedded one, where it was begun before. */
  embedded?: Promise<Embedded>
  dataDir: string
  log: Log
  poolSize?: number
  statementTimeoutMs?: number
  /** How long a start waits for a database that is started beside it. */
  patienceMs?: number
  /** Settings of the embedded PostgreSQL; tests turn its durability off. */
  settings?: Readonly<Record<string, string>>
}

export const openDatabase = async (options: DatabaseOptions): Promise<Database> => {
  const { url, dataDir, log, settings, poolSize = 10, statementTimeoutMs = 30_000, patienceMs = 15_000 } = options
  const embedded = url ? undefined : await (options.embedded ?? openEmbedded({ dataDir, log, settings }))
  const connection: pg.ClientConfig = embedded ? { ...embedded.connection, ssl: false } : { connectionString: url }
  let listener: Listener | undefined
  const breakAll: (() => void)[] = []
  const openPool = (config: pg.PoolConfig): pg.Pool => {
    const it = createPool({ ...connection, ...config }, log, () => listener?.check())
    breakAll.push(it.breakAll)
    return it.pool
  }
  const pool = openPool({
    application_name: 'mina',
    max: poolSize,
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: 60_000,
  })
  const nameOf = statementNames()
  pool.on('connect', (client) => prepareRepeated(client, nameOf))
  const connectListener = (): Promise<Listener> =>
    createListener({
      connection,
      log,
      ...(embedded && { isLeaving: embedded.isStopping }),
      onGone: async ({ silent }) => {
        if (silent) for (const breakPool of breakAll) breakPool()
        await embedded?.revive()
      },
    })
  try {
    if (embedded)
      listener = await untilUsable(async () => {
        await embedded.revive()
        return connectListener()
      })
    else {
      await reach(connection, patienceMs)
      listener = await connectListener()
    }
  } catch (error) {
    await pool.end()
    await embedded?.close()
    throw error
  }
  return {
    db: drizzle(pool) as unknown as Db,
    pool,
    openPool: ({ name, size, patienceMs }) =>
      openPool({ application_name: name, max: size, connectionTimeoutMillis: patienceMs }),
    listen: listener.listen,
    isAlive: listener.isAlive,
    close: once(async () => {
      await listener.close()
      await pool.end()
      await embedded?.close()
    }),
  }
}

const oldest = 150_000

/** Waits for a database that is about to start, and refuses one that is too old. */
const reach = async (connection: pg.ClientConfig, patienceMs: number): Promise<void> => {
  for (const until = Date.now() + patienceMs; ; await pause(200)) {
    const client = new pg.Client({ ...connection, connectionTimeoutMillis: 4000 })
    client.on('error', () => {})
    try {
      await client.connect()
      const version = Number((await client.query('SHOW server_version_num')).rows[0]?.server_version_num)
      if (version >= oldest) return
      throw new DatabaseStartError(
        `DATABASE_URL names a PostgreSQL of version ${Math.floor(version / 10_000)}. Mina needs version 15 or newer.`,
      )
    } catch (error) {
      if (error instanceof DatabaseStartError) throw error
      if (Date.now() > until || isHopeless(error)) throw new DatabaseStartError(explain(error), { cause: error })
    } finally {
      await client.end().catch(() => {})
    }
  }
}

/** Wrong password, no such user, no such database: waiting changes nothing. */
const isHopeless = (error: unknown): boolean => /^(28|3D|42)/.test(databaseCode(error) ?? '')

/** Never the driver's own text: it may hold parts of the connection string. */
const explain = (error: unknown): string => {
  const code = databaseCode(error) ?? ''
  if (code.startsWith('28')) return 'The PostgreSQL of DATABASE_URL refuses the user or the password given there.'
  if (code.startsWith('3D'))
    return 'The database that DATABASE_URL names does not exist on that server. Create it first.'
  return `The PostgreSQL of DATABASE_URL can not be reached (${code || 'no answer'}). Check host, port and whether it runs.`
}

const once = (work: () => Promise<void>): (() => Promise<void>) => {
  let done: Promise<void> | undefined
  return () => {
    done ??= work()
    return done
  }
}
