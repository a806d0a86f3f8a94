import type { Log } from './log.ts'

/** A connection to the operator's Redis, which reconnects by itself. */
export async function openRedis(url: string, log: Log) {
  // Loaded only where there is one: it takes 16 MB.
  const { createClient } = await import('redis')
  const client = createClient({ url, socket: { connectTimeout: 5_000 } })
  client.on('error', (error: Error) => log.warn({ error: error.name }, 'Redis stumbled'))
  await client.connect()
  return { client, close: () => client.close() }
}

export type RedisLink = Awaited<ReturnType<typeof openRedis>>
