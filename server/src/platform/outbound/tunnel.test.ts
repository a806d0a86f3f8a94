import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type GuardedTunnel, openGuardedTunnel } from './tunnel.ts'

let inside: Server
let port: number
let visits: number
let tunnel: GuardedTunnel | undefined

beforeEach(async () => {
  visits = 0
  inside = createServer((_request, response) => {
    visits += 1
    response.end('secret')
  })
  await new Promise<void>((done) => void inside.listen(0, '127.0.0.1', () => done()))
  port = (inside.address() as AddressInfo).port
})
afterEach(async () => {
  await tunnel?.close()
  inside.closeAllConnections()
  inside.close()
})

/** What the proxy answers to a request for this place, and what came through. */
const through = (place: string, { password = true } = {}) =>
  new Promise<string>((done, failed) => {
    const proxy = new URL(tunnel!.url)
    const auth = Buffer.from(`${proxy.username}:${password ? proxy.password : 'wrong'}`).toString('base64')
    const socket = connect(Number(proxy.port), proxy.hostname, () =>
      socket.write(`CONNECT ${place} HTTP/1.1\r\nhost: ${place}\r\nproxy-authorization: Basic ${auth}\r\n\r\n`),
    )
    let heard = ''
    let asked = false
    socket.setEncoding('utf8').on('data', (text: string) => {
      heard += text
      if (asked || !heard.startsWith('HTTP/1.1 200')) return
      asked = true
      socket.write(`GET / HTTP/1.1\r\nhost: ${place}\r\nconnection: close\r\n\r\n`)
    })
    socket.on('end', () => done(heard)).on('error', failed)
  })

describe('a program behind the tunnel', () => {
  test('does not reach what is private', async () => {
    tunnel = await openGuardedTunnel({ allow: [] })
    for (const place of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`, '169.254.169.254:80'])
      expect(await through(place)).toMatch(/^HTTP\/1.1 403/)
    expect(visits).toBe(0)
  })

  test('does not reach a public name that resolves to a private address', async () => {
    tunnel = await openGuardedTunnel({ allow: [], lookup: async () => [{ address: '127.0.0.1', family: 4 }] })
    expect(await through('example.org:443')).toMatch(/^HTTP\/1.1 403/)
  })

  test('reaches what the operator vouches for', async () => {
    tunnel = await openGuardedTunnel({ allow: [`127.0.0.1:${port}`] })
    expect(await through(`127.0.0.1:${port}`)).toContain('secret')
    expect(visits).toBe(1)
  })

  test('needs the password, and is no plain proxy', async () => {
    tunnel = await openGuardedTunnel({ allow: [`127.0.0.1:${port}`] })
    expect(await through(`127.0.0.1:${port}`, { password: false })).toMatch(/^HTTP\/1.1 407/)
    expect((await fetch(new URL('/', tunnel.url.replace(/\/\/.*@/, '//')))).status).toBe(405)
    expect(visits).toBe(0)
  })
})
