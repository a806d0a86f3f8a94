import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { AddressInfo, Socket } from 'node:net'
import { createGuardedConnector } from './connector.ts'
import { type Lookup, lookupAll } from './lookup.ts'

export interface GuardedTunnel {
  /** For a program's proxy setting; holds a password that nobody else knows. */
  url: string
  close(): Promise<void>
}

/**
 * A proxy on loopback for one run of a program that fetches by itself: what it connects to is judged as our own
 * connections are. It only tunnels, so it sees nothing of what goes through.
 */
export async function openGuardedTunnel(options: {
  allow: readonly string[]
  lookup?: Lookup
  connectMs?: number
}): Promise<GuardedTunnel> {
  // At need: to import it brings Node's fetch along, 15 MB of it. What was written for `require` gets it without.
  const { createServer } = await import('node:http')
  const connect = await createGuardedConnector({
    allow: options.allow,
    lookup: options.lookup ?? lookupAll,
    timeoutMs: options.connectMs ?? 5_000,
  })
  const password = randomBytes(18).toString('base64url')
  const expected = Buffer.from(`Basic ${Buffer.from(`mina:${password}`).toString('base64')}`)
  const sockets = new Set<Socket>()
  const keep = (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket))
  }
  const knows = (header: string | undefined) => {
    const given = Buffer.from(header ?? '')
    return given.length === expected.length && timingSafeEqual(given, expected)
  }

  const server = createServer((_request, response) => response.writeHead(405).end())
  server.on('connection', keep)
  server.on('connect', (request, client: Socket, head: Buffer) => {
    const refuse = (line: string) => client.end(`HTTP/1.1 ${line}\r\nconnection: close\r\n\r\n`)
    if (!knows(request.headers['proxy-authorization'])) return refuse('407 Proxy Authentication Required')
    if (!URL.canParse(`http://${request.url}`)) return refuse('400 Bad Request')
    const { hostname, port } = new URL(`http://${request.url}`)
    connect({ hostname, port: port || '80', protocol: 'http:' }, (error, remote) => {
      if (error || !remote) return refuse('403 Forbidden')
      keep(remote)
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      if (head.length > 0) remote.write(head)
      client.pipe(remote).pipe(client)
      client.on('close', () => remote.destroy())
      remote.on('close', () => client.destroy())
    })
  })
  await new Promise<void>((listening, failed) => {
    server.on('error', failed).listen(0, '127.0.0.1', () => listening())
  })
  return {
    url: `http://mina:${password}@127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((closed) => server.close(() => closed()))
    },
  }
}
