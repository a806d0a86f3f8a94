import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** A line to a server that can be cut, or go silent without a sign as a dead network does: what was sent comes once it is back. */
export async function line(to: string | number, port = 0) {
  const ends = new Set<Socket>()
  let silent = false
  const server = createServer((near) => {
    const far = typeof to === 'number' ? connect(to, '127.0.0.1') : connect(to)
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      ends.add(one)
      one.pipe(other)
      if (silent) one.pause()
      one.on('error', () => {})
      one.on('close', () => {
        ends.delete(one)
        other.destroy()
      })
    }
  }).listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as { port: number }).port,
    fallSilent: () => {
      silent = true
      for (const end of ends) end.pause()
    },
    speak: () => {
      silent = false
      for (const end of ends) end.resume()
    },
    close: () => {
      for (const end of ends) end.destroy()
      server.close()
    },
  }
}

/** What PostgreSQL listens on where a test's database is. */
export const socketOf = (databaseUrl: string) => `${new URL(databaseUrl).searchParams.get('host')}/.s.PGSQL.5432`
