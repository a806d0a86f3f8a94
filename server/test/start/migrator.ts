import pg from 'pg'
import { migrate } from '../../src/platform/database/migrate.ts'

// A process that migrates, for a test to kill. usage: migrator.ts DATABASE_URL FOLDER
const [connectionString, folder = ''] = process.argv.slice(2)
const pool = new pg.Pool({ connectionString })
await migrate(pool, folder)
await pool.end()
