import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** A line to a server that can be cut, or go silent without a sign as a dead network does: what was sent comes once it is back. */
export async function line(to: string | number, port = 0) {
  const ends = new Map<Socket, Socket>()
  let silent = false
  // A pause alone would end as soon as the other end had drained what it was given before.
  const hush = (one: Socket, other: Socket) => one.unpipe(other).pause()
  const server = createServer((near) => {
    const far = typeof to === 'number' ? connect(to, '127.0.0.1') : connect(to)
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      ends.set(one, other)
      if (silent) hush(one, other)
      else one.pipe(other)
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
      for (const [one, other] of ends) hush(one, other)
    },
    speak: () => {
      silent = false
      for (const [one, other] of ends) one.pipe(other)
    },
    close: () => {
      for (const end of ends.keys()) end.destroy()
      server.close()
    },
  }
}

/** What PostgreSQL listens on where a test's database is. */
export const socketOf = (databaseUrl: string) => `${new URL(databaseUrl).searchParams.get('host')}/.s.PGSQL.5432`
