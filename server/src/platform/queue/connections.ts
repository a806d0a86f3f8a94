import type { Db as QueueDb } from 'pg-boss'
import type { Database } from '../database/connect.ts'

/** So many of our connections may be busy with the queue; the others are for those who wait for an answer. */
const AT_ONCE = 2

/** At most so many at once; who comes later waits in line. */
function gate(places: number) {
  let inside = 0
  const line: (() => void)[] = []
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (inside < places) inside += 1
    else await new Promise<void>((enter) => line.push(enter))
    try {
      return await work()
    } finally {
      const enter = line.shift()
      if (enter) enter()
      else inside -= 1
    }
  }
}

/**
 * The queue on our own connections: half as many processes of PostgreSQL for a server at rest, and a database that falls
 * silent is noticed for the queue as it is for requests.
 */
export const queueConnections = ({ pool, listen }: Pick<Database, 'pool' | 'listen'>) => {
  const inLine = gate(AT_ONCE)
  const db: QueueDb = {
    executeSql: (text, values) => inLine(() => pool.query(text, values)),
    listen: async (channel, message, resumed) => ({ close: await listen(channel, { message, resumed }) }),
  }
  return { db, inLine }
}
