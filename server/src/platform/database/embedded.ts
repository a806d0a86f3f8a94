import { rmdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import type { Log } from '../log.ts'
import { chooseAccount } from './embedded-account.ts'
import { findBinaries } from './embedded-binaries.ts'
import { clusterFolder, createCluster, hasCluster } from './embedded-cluster.ts'
import { findPostmaster, type Postmaster, startPostmaster } from './embedded-postmaster.ts'
import { isAlive } from './embedded-process.ts'
import { explainFailure } from './embedded-programs.ts'
import { embeddedSettings } from './embedded-settings.ts'
import { socketFolder } from './embedded-socket.ts'
import { enterUsers } from './embedded-users.ts'
import { DatabaseStartError, databaseCode, isUnavailable } from './errors.ts'

export interface EmbeddedOptions {
  dataDir: string
  log: Log
  settings?: Readonly<Record<string, string>>
}

export interface Embedded {
  /** What a driver needs to reach it. */
  connection: { host: string; port: number; user: string; database: string }
  /** Whether somebody told it to stop, which those who are connected would not notice. */
  isStopping: () => boolean
  /** Brings it back where it died or was told to stop. Joins one that somebody else brought back; cheap when all is well. */
  revive: () => Promise<void>
  /** Leaves it; the last user stops it. */
  close: () => Promise<void>
}

const user = 'mina'
const database = 'mina'
/** Recovery after a crash may read much; a postmaster that says nothing at all is given less. */
const patience = { recovering: 600_000, silent: 30_000, stopping: 15_000 }

/**
 * The PostgreSQL of a data folder, reachable through a private socket only. Every process that opens the folder calls
 * this: the first one starts the database, the others join it, the last one that leaves stops it.
 */
export const openEmbedded = async ({ dataDir, log, settings }: EmbeddedOptions): Promise<Embedded> => {
  const cluster = clusterFolder(dataDir)
  const binaries = findBinaries()
  // Entered before looking whether it runs, so that nobody who leaves at this moment stops what we are about to join.
  const users = enterUsers(join(dirname(cluster), 'postgres-users'))
  const account = chooseAccount(cluster)

  const bringUp = async (): Promise<string> => {
    if (!hasCluster(cluster)) {
      log.info({}, 'making a new database')
      await createCluster(cluster, account, binaries)
    }
    for (const silentUntil = Date.now() + patience.silent; ; await pause(50)) {
      const running = findPostmaster(cluster)
      if (running) {
        if (running.stopping) hasten(running, log)
        if ((await untilAnswering(running.socket, () => isAlive(running.pid))) === 'answers') return running.socket
        continue
      }
      const socket = socketFolder(cluster, account)
      const outcome = await startPostmaster({
        cluster,
        socket,
        account,
        binaries,
        settings: { ...embeddedSettings, ...settings },
        untilReady: async (signal) => {
          await untilAnswering(socket, () => !signal.aborted)
        },
      })
      if (outcome.kind === 'ready') return socket
      await rmdir(socket).catch(() => {})
      if (outcome.kind === 'failed') throw new DatabaseStartError(explainFailure(outcome.text, damaged(cluster)))
      if (Date.now() > silentUntil) throw new DatabaseStartError(occupied(cluster))
    }
  }

  let reviving: Promise<string> | undefined
  const bringUpOnce = (): Promise<string> => {
    reviving ??= bringUp().finally(() => {
      reviving = undefined
    })
    return reviving
  }

  try {
    const socket = await untilUsable(bringUpOnce)
    return {
      connection: { host: socket, port: 5432, user, database },
      isStopping: () => findPostmaster(cluster)?.stopping ?? false,
      revive: async () => {
        await bringUpOnce()
      },
      close: async () => {
        await reviving?.catch(() => {})
        if (users.leave()) await stop(cluster, log)
      },
    }
  } catch (error) {
    users.leave()
    throw error
  }
}

/**
 * Whoever was the last user may have looked just before we entered, and stops it under our feet: then it is brought up
 * again. Never for ever, since each time somebody else has to leave at that very moment.
 */
export const untilUsable = async <Result>(attempt: () => Promise<Result>): Promise<Result> => {
  for (let left = 5; ; left -= 1) {
    try {
      return await attempt()
    } catch (error) {
      if (left === 0 || error instanceof DatabaseStartError || !isUnavailable(error)) throw error
      await pause(50)
    }
  }
}

const damaged = (cluster: string): string =>
  `Nothing was changed in ${cluster}: restore it from a backup, or move it aside to begin with an empty one.`

const occupied = (cluster: string): string =>
  `The database in ${cluster} is held by another process that does not let go. Stop it, or set MINA_DATA_DIR to another folder.`

/** Asks until it answers, or until `alive` says that there is nobody to ask any more. */
const untilAnswering = async (socket: string, alive: () => boolean): Promise<'answers' | 'gone'> => {
  const began = Date.now()
  for (let silentSince = Date.now(); alive(); await pause(25)) {
    try {
      await withClient(socket, database, async () => {})
      return 'answers'
    } catch (error) {
      const code = databaseCode(error)
      if (code === '3D000') await createDatabase(socket)
      // It speaks: starting up, recovering, shutting down.
      else if (code === '57P03') silentSince = Date.now()
      else if (code === '53300') return 'answers'
      else if (Date.now() - silentSince > patience.silent)
        throw new DatabaseStartError(
          'The built-in database does not answer. Stop the processes of Mina and start again.',
        )
    }
    if (Date.now() - began > patience.recovering)
      throw new DatabaseStartError(
        'The built-in database is not ready after ten minutes; postgres.log in the data folder tells more.',
      )
  }
  return 'gone'
}

const withClient = async (socket: string, name: string, use: (client: pg.Client) => Promise<void>): Promise<void> => {
  const client = new pg.Client({
    host: socket,
    port: 5432,
    user,
    database: name,
    ssl: false,
    connectionTimeoutMillis: 3000,
  })
  // Without a listener a connection that breaks would end the process.
  client.on('error', () => {})
  try {
    await client.connect()
    await use(client)
  } finally {
    await client.end().catch(() => {})
  }
}

const createDatabase = (socket: string): Promise<void> =>
  withClient(socket, 'postgres', async (client) => {
    await client.query(`CREATE DATABASE ${database}`).catch((error: unknown) => {
      // Another process was quicker.
      if (!['42P04', '23505'].includes(databaseCode(error) ?? '')) throw error
    })
  })

/**
 * Told to stop in the polite way, it refuses whoever comes and waits until all others have gone, which users that mean
 * to stay never do. So it is told to be quick, and begins anew.
 */
const hasten = ({ pid }: Postmaster, log: Log): void => {
  log.warn({ pid }, 'the database was told to stop; it is started again')
  try {
    process.kill(pid, 'SIGINT')
  } catch {
    // It has just ended.
  }
}

/** Fast: open transactions are rolled back, what is committed is written, then it ends. */
const stop = async (cluster: string, log: Log): Promise<void> => {
  const running = findPostmaster(cluster)
  if (!running) return
  process.kill(running.pid, 'SIGINT')
  for (const until = Date.now() + patience.stopping; isAlive(running.pid); await pause(20)) {
    if (Date.now() < until) continue
    // Immediate: it recovers at the next start, nothing that was committed is lost.
    log.warn({ pid: running.pid }, 'the database takes too long to stop; it will recover at the next start')
    process.kill(running.pid, 'SIGQUIT')
    break
  }
  await rmdir(running.socket).catch(() => {})
}
