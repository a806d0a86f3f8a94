import { sql } from 'drizzle-orm'
import type { Database, Db } from './database/connect.ts'
import type { Log } from './log.ts'

const CHANNEL = 'mina_bus'
/** PostgreSQL carries at most 8,000 bytes in a notification. */
const MOST_BYTES = 7_900

type Message = Record<string, unknown>
type Subscriber = (message: Message) => void

/** Tells all processes on the same database that something happened. Says what, not the whole of it. */
export async function openBus(database: Database, log: Log) {
  const subscribers = new Map<string, Set<Subscriber>>()
  const resumed = new Set<() => void>()

  const deliver = (topic: string, message: Message) => {
    for (const subscriber of subscribers.get(topic) ?? []) {
      try {
        subscriber(message)
      } catch (error) {
        log.error({ topic, error: (error as Error).name }, 'a subscriber failed')
      }
    }
  }

  const stop = await database.listen(CHANNEL, {
    message(text) {
      const { topic, message } = JSON.parse(text) as { topic: string; message: Message }
      deliver(topic, message)
    },
    resumed() {
      for (const run of resumed) run()
    },
  })

  return {
    /** With a transaction, the others hear of it when and only when it is committed. */
    async publish(topic: string, message: Message, tx: Db = database.db) {
      const text = JSON.stringify({ topic, message })
      if (Buffer.byteLength(text) > MOST_BYTES) throw new Error(`A message on ${topic} is too large for the bus.`)
      await tx.execute(sql`select pg_notify(${CHANNEL}, ${text})`)
    },
    subscribe(topic: string, subscriber: Subscriber): () => void {
      const set = subscribers.get(topic) ?? new Set()
      subscribers.set(topic, set.add(subscriber))
      return () => set.delete(subscriber)
    },
    /** The connection was away: whoever depends on messages looks for itself what changed. */
    onResumed: (run: () => void) => {
      resumed.add(run)
      return () => resumed.delete(run)
    },
    close: stop,
  }
}

export type Bus = Awaited<ReturnType<typeof openBus>>
