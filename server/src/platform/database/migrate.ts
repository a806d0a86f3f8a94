import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { drizzle } from 'drizzle-orm/node-postgres'
import { migrate as applyMigrations } from 'drizzle-orm/node-postgres/migrator'
import type pg from 'pg'
import { DatabaseStartError, databaseCode, isDiskFull, isUnavailable } from './errors.ts'

/** Any number that nothing else here locks. */
const lock = 7_364_620_118

/**
 * Brings the database to the state that this version of Mina needs. Two processes that start at once do it one after
 * the other; each migration is one transaction with the note that it is done, so a kill leaves the old state or the new.
 */
export const migrate = async (pool: pg.Pool, folder: string): Promise<{ applied: number }> => {
  const known = readJournal(folder)
  const client = await pool.connect()
  try {
    // Waiting for another process and building an index may both take long.
    await client.query('SET statement_timeout = 0')
    await client.query('SELECT pg_advisory_lock($1)', [lock])
    const before = await appliedMigrations(client)
    const newest = Math.max(0, ...before)
    if (newest > Math.max(0, ...known))
      throw new DatabaseStartError(
        'The database was used by a newer version of Mina. Start that version, or restore a backup from before the upgrade.',
      )
    if (before.some((when) => !known.includes(when)))
      throw new DatabaseStartError(
        'The database was made by a different build of Mina, whose changes this one does not know. Start that build, or give this one an empty data folder (MINA_DATA_DIR) or database (DATABASE_URL).',
      )
    if (known.every((when) => when <= newest)) return { applied: 0 }
    await applyMigrations(drizzle(client), { migrationsFolder: folder }).catch((error: unknown) => {
      throw new DatabaseStartError(reasonOf(error), { cause: error })
    })
    return { applied: (await appliedMigrations(client)).length - before.length }
  } finally {
    // The connection is thrown away: the lock and the changed time-out go with it.
    client.release(true)
  }
}

/** Why a step failed. All steps are one transaction, so whoever repairs the reason may just start again. */
const reasonOf = (error: unknown): string => {
  const code = databaseCode(error)
  const unchanged = 'The database could not be brought to this version, and is as it was before.'
  if (isDiskFull(error)) return `${unchanged} Its disk is full: make room and start again.`
  if (isUnavailable(error)) return `${unchanged} It stopped answering: start again when it runs.`
  if (code === '42501') return `${unchanged} Its user may not change it: make the user owner of it and start again.`
  if (code === '42P07' || code === '42710')
    return `${unchanged} It holds tables that Mina did not make: give Mina a database of its own (DATABASE_URL).`
  return `${unchanged} A step failed (${code ?? 'unknown reason'}): start the version from before, and report this.`
}

interface Journal {
  entries: { when: number }[]
}

const readJournal = (folder: string): number[] => {
  const journal = JSON.parse(readFileSync(join(folder, 'meta', '_journal.json'), 'utf8')) as Journal
  return journal.entries.map(({ when }) => when)
}

const appliedMigrations = async (client: pg.PoolClient): Promise<number[]> => {
  const found = await client.query("SELECT to_regclass('drizzle.__drizzle_migrations') IS NOT NULL AS present")
  if (!found.rows[0]?.present) return []
  const rows = await client.query<{ created_at: string }>('SELECT created_at FROM drizzle.__drizzle_migrations')
  return rows.rows.map(({ created_at }) => Number(created_at))
}
