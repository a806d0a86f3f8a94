import pg from 'pg'
import type { Db } from 'pg-boss'
import type { Database } from '../database/connect.ts'
import { databaseCode } from '../database/errors.ts'
import type { Log } from '../log.ts'

/**
 * What the queue reaches its tables by. Its statements have two connections of their own, since a sign of life must not
 * wait behind requests; each is a process of PostgreSQL, so it gets no more, and listens where the server does.
 */
export function queueConnections({ connection, listen }: Pick<Database, 'connection' | 'listen'>, log: Log) {
  const pool = new pg.Pool({
    ...connection,
    max: 2,
    application_name: 'mina queue',
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
  })
  pool.on('error', (error) => log.debug({ code: databaseCode(error) }, 'a connection of the queue was lost'))
  const connections: Db = {
    executeSql: (text, values) => pool.query(text, values),
    async listen(channel, message, resumed) {
      return { close: await listen(channel, { message, resumed }) }
    },
  }
  return { connections, close: () => pool.end() }
}
