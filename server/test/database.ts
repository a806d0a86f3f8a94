import { createHash, randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { inject } from 'vitest'
import { type Database, openDatabase } from '../src/platform/database/connect.ts'
import { openEmbedded } from '../src/platform/database/embedded.ts'
import { migrate } from '../src/platform/database/migrate.ts'
import { silentLog } from '../src/platform/log.ts'

export interface TestDatabase extends Database {
  /** For processes that a test starts: their DATABASE_URL. */
  url: string
}

interface TestDatabaseOptions {
  /** Folder of migrations; the server's own by default. */
  migrations?: string
  poolSize?: number
  statementTimeoutMs?: number
}

/** One PostgreSQL serves the whole test run; nothing in it outlives the run, so nothing waits for the disk. */
const volatile = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200' }

const serverMigrations = join(import.meta.dirname, '..', 'migrations')

/**
 * A fresh, migrated database of its own for a test file, in about 100 ms: a copy of a template that is migrated once
 * per run. Close it in afterAll.
 */
export const testDatabase = async (options: TestDatabaseOptions = {}): Promise<TestDatabase> => {
  const { migrations = serverMigrations, ...rest } = options
  const dataDir = inject('databaseFolder')
  const embedded = await openEmbedded({ dataDir, log: silentLog, settings: volatile })
  const urlOf = (name: string): string =>
    `postgresql://mina@localhost/${name}?host=${encodeURIComponent(embedded.connection.host)}`

  const asOwner = async (work: (client: pg.Client) => Promise<void>): Promise<void> => {
    const client = new pg.Client(embedded.connection)
    await client.connect()
    try {
      await work(client)
    } finally {
      await client.end()
    }
  }

  const name = `test_${process.pid}_${randomBytes(6).toString('hex')}`
  await asOwner(async (client) => {
    const template = await ensureTemplate(client, migrations, urlOf)
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`)
  })
  const url = urlOf(name)
  const database = await openDatabase({ url, dataDir, log: silentLog, poolSize: 5, ...rest })
  return {
    ...database,
    url,
    close: async () => {
      await database.close()
      await asOwner(async (client) => {
        await client.query(`DROP DATABASE ${name} WITH (FORCE)`)
      })
      await embedded.close()
    },
  }
}

/** Made by the first test file that needs it; the others wait for it. */
const ensureTemplate = async (client: pg.Client, folder: string, urlOf: (name: string) => string): Promise<string> => {
  const journal = join(folder, 'meta', '_journal.json')
  const content = existsSync(journal) ? readFileSync(journal) : ''
  const template = `template_${createHash('sha256').update(folder).update(content).digest('hex').slice(0, 16)}`
  await client.query('SELECT pg_advisory_lock(1)')
  try {
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1 AND datistemplate', [template])
    if (found.rowCount) return template
    await client.query(`DROP DATABASE IF EXISTS ${template}`)
    await client.query(`CREATE DATABASE ${template}`)
    if (content) {
      const pool = new pg.Pool({ connectionString: urlOf(template), max: 1 })
      await migrate(pool, folder).finally(() => pool.end())
    }
    await client.query(`ALTER DATABASE ${template} IS_TEMPLATE true`)
    return template
  } finally {
    await client.query('SELECT pg_advisory_unlock(1)')
  }
}
