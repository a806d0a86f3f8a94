import { join } from 'node:path'
import { openDatabase } from '../../src/platform/database/connect.ts'
import { isUnavailable } from '../../src/platform/database/errors.ts'
import { migrate } from '../../src/platform/database/migrate.ts'
import { silentLog } from '../../src/platform/log.ts'

// A process that uses the database of a data folder as the server does, and says on its output what happens to it.
// usage: holder.ts DATA_FOLDER [WRITERS]
const [dataDir = '', writers = '0'] = process.argv.slice(2)
const say = (event: Record<string, string | number | boolean>): void => {
  process.stdout.write(`${JSON.stringify(event)}\n`)
}

try {
  const database = await openDatabase({ dataDir, log: silentLog })
  await migrate(database.pool, join(import.meta.dirname, 'migrations'))
  let leaving = false
  const write = async (): Promise<void> => {
    while (!leaving) {
      try {
        const { rows } = await database.pool.query("INSERT INTO notes (text) VALUES ('kept') RETURNING id")
        say({ row: rows[0].id })
      } catch (error) {
        if (!isUnavailable(error) && !leaving) say({ unexpected: String(error) })
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    }
  }
  process.once('SIGTERM', () => {
    leaving = true
    void Promise.all(writing)
      .then(() => database.close())
      .then(() => say({ closed: true }))
  })
  const { rows } = await database.pool.query('SELECT id FROM notes ORDER BY id')
  say({ ready: true, rows: rows.map(({ id }) => id).join(',') })
  const writing = Array.from({ length: Number(writers) }, write)
} catch (error) {
  say({ error: (error as Error).message })
  process.exitCode = 1
}
