import type { Db } from 'pg-boss'
import type { Database } from '../database/connect.ts'

/**
 * What the queue reaches its tables by. Its statements have two connections of their own, since a sign of life must not
 * wait behind requests; each is a process of PostgreSQL, so it gets no more, and listens where the server does.
 */
export function queueConnections({ openPool, listen }: Pick<Database, 'openPool' | 'listen'>) {
  const pool = openPool({ name: 'mina queue', size: 2, patienceMs: 10_000 })
  const connections: Db = {
    executeSql: (text, values) => pool.query(text, values),
    async listen(channel, message, resumed) {
      return { close: await listen(channel, { message, resumed }) }
    },
  }
  return { connections, close: () => pool.end() }
}
