import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createGuardedFetch } from './guarded.ts'
import type { Resolved } from './lookup.ts'
import type { GuardedFetch, GuardedRequest } from './port.ts'

let connections = 0
let requests: { method?: string; url?: string; headers: IncomingMessage['headers']; body: string }[] = []
let answer: (incoming: IncomingMessage, outgoing: ServerResponse) => void
let port: number
let folder: string
let guarded: GuardedFetch | undefined

const server = createServer(async (incoming, outgoing) => {
  let body = ''
  for await (const chunk of incoming) body += chunk
  requests.push({ method: incoming.method, url: incoming.url, headers: incoming.headers, body })
  answer(incoming, outgoing)
}).on('connection', () => connections++)

/** Listens on every address of the machine, so that a guard that slips is seen. */
beforeAll(async () => {
  await new Promise<void>((ready) => server.listen(0, '::', ready))
  port = (server.address() as AddressInfo).port
  folder = await mkdtemp(join(tmpdir(), 'mina-guard-'))
})
beforeEach(() => {
  connections = 0
  requests = []
  answer = (_, outgoing) => outgoing.end('hello')
})
afterEach(() => guarded?.close())
afterAll(async () => {
  server.closeAllConnections()
  await new Promise((closed) => server.close(closed))
  await rm(folder, { recursive: true })
})

const four = (address: string): Resolved => ({ address, family: 4 })
const six = (address: string): Resolved => ({ address, family: 6 })

/** A guard with its own name service: each name has a list of answers, one a question, the last one staying. */
const guard = (allow: string[], names: Record<string, Resolved[][]> = {}) => {
  const asked: string[] = []
  const lookup = async (host: string) => {
    asked.push(host)
    const answers = names[host] ?? []
    const found = answers.length > 1 ? answers.shift() : answers[0]
    if (!found) throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' })
    return found
  }
  guarded = createGuardedFetch({ allow, lookup, connectMs: 2000, idleMs: 300 })
  return { guarded, asked }
}

const get = (it: GuardedFetch, url: string, more: Partial<GuardedRequest> = {}) =>
  it.fetch(url, { maxBytes: 10_000, timeoutMs: 5000, ...more })

const failure = (work: Promise<unknown>) =>
  work.then(
    () => Promise.reject(new Error('was not refused')),
    (error: unknown) => error as Error & { code: string },
  )

const closedPort = async () => {
  const closing = createTcpServer()
  await new Promise<void>((ready) => closing.listen(0, '127.0.0.1', ready))
  const free = (closing.address() as AddressInfo).port
  await new Promise((closed) => closing.close(closed))
  return free
}

describe('a guarded fetch', () => {
  it('fetches from where it may', async () => {
    const { guarded, asked } = guard(['good.test'], { 'good.test': [[four('127.0.0.1')]] })
    const found = await get(guarded, `http://good.test:${port}/a?b#c`)
    expect({ ...found, body: found.body.toString() }).toMatchObject({
      status: 200,
      body: 'hello',
      url: `http://good.test:${port}/a?b`,
    })
    expect(requests[0]).toMatchObject({
      url: '/a?b',
      headers: { host: `good.test:${port}`, 'accept-encoding': 'identity' },
    })
    expect(asked).toEqual(['good.test'])
  })

  it('connects to no private address, however it is written, and tells it from no closed port', async () => {
    const closed = guard(['127.0.0.1'])
    const told = await failure(get(closed.guarded, `http://127.0.0.1:${await closedPort()}/`))
    await closed.guarded.close()
    const hosts = [
      '127.0.0.1',
      '127.1',
      '127.0.1',
      '2130706433',
      '0x7f000001',
      '0x7f.0.0.1',
      '017700000001',
      '0177.0.0.1',
      '0',
      '0.0.0.0',
      '%31%32%37.0.0.1',
      '①②⑦.0.0.1',
      '127。0。0。1',
      '[::1]',
      '[::]',
      '[::ffff:127.0.0.1]',
      '[::ffff:7f00:1]',
      '[::127.0.0.1]',
      '[64:ff9b::127.0.0.1]',
      '[2002:7f00:1::]',
      '169.254.169.254',
      '[fd00::1]',
      '[fe80::1]',
      '10.0.0.1',
      '100.64.0.1',
      '224.0.0.1',
      '255.255.255.255',
      'localhost',
      'localhost.',
      'unknown.test',
      'private.test',
      'mixed.test',
      'mixed6.test',
      'mapped.test',
      'empty.test',
    ]
    const { guarded } = guard([], {
      localhost: [[four('127.0.0.1'), six('::1')]],
      'localhost.': [[four('127.0.0.1')]],
      'private.test': [[four('127.0.0.1')]],
      'mixed.test': [[four('93.184.216.34'), four('127.0.0.1')]],
      'mixed6.test': [[four('93.184.216.34'), six('::1')]],
      'mapped.test': [[six('::ffff:127.0.0.1')]],
      'empty.test': [[]],
    })
    for (const host of hosts) {
      for (const target of [`http://${host}:${port}/`, `http://${host}/`, `https://${host}/`]) {
        const refused = await failure(get(guarded, target))
        expect({ target, message: refused.message, code: refused.code }).toEqual({
          target,
          message: told.message,
          code: told.code,
        })
      }
    }
    expect(connections).toBe(0)
  })

  it('connects to no unusual port, public or not', async () => {
    const { guarded } = guard([], { 'public.test': [[four('93.184.216.34')]] })
    for (const odd of [22, 25, 6379, 8080, 65535]) {
      const refused = await failure(get(guarded, `http://public.test:${odd}/`))
      expect(refused).toMatchObject({ code: 'bad_request', message: /could not be reached/, cause: { name: 'Denied' } })
    }
  })

  it('takes only web addresses, without credentials', async () => {
    const { guarded, asked } = guard(['127.0.0.1'])
    for (const url of [
      'file:///etc/passwd',
      'ftp://127.0.0.1/x',
      'gopher://127.0.0.1/',
      'data:text/plain,x',
      'javascript:1',
      'blob:http://127.0.0.1/x',
    ])
      expect(await failure(get(guarded, url))).toMatchObject({ code: 'bad_request', message: /must begin with http/ })
    for (const url of [
      `http://user@127.0.0.1:${port}/`,
      `http://user:word@127.0.0.1:${port}/`,
      `http://:word@127.0.0.1:${port}/`,
    ])
      expect(await failure(get(guarded, url))).toMatchObject({ code: 'bad_request', message: /user name/ })
    for (const url of [
      '',
      'x',
      '//127.0.0.1',
      'http://',
      `http://127.0.0.1:${port}0000/`,
      `http://a/${'x'.repeat(5000)}`,
    ])
      expect(await failure(get(guarded, url))).toMatchObject({ code: 'bad_request', message: /not a web address/ })
    expect(connections + asked.length).toBe(0)
  })

  it('uses the very addresses that were judged, though the name changes its mind', async () => {
    const { guarded, asked } = guard(['127.0.0.1/32'], { 'rebind.test': [[four('127.0.0.1')], [four('127.0.0.2')]] })
    await get(guarded, `http://rebind.test:${port}/`)
    expect(asked.length).toBe(1)
    expect(await failure(get(guarded, `http://rebind.test:${port}/`))).toMatchObject({
      message: /could not be reached/,
    })
    expect(connections).toBe(1)
  })

  it('judges every hop of a redirect', async () => {
    const names = { 'good.test': [[four('127.0.0.1')]], 'bad.test': [[four('127.0.0.3')]] }
    const { guarded } = guard(['good.test'], { ...names, 'turn.test': [[four('127.0.0.1')], [four('10.0.0.1')]] })
    const leads = [
      `http://bad.test:${port}/`,
      `http://127.0.0.1:${port}/`,
      `//[::1]:${port}/`,
      'http://169.254.169.254/latest/meta-data',
      `http://0x7f.1:${port}/`,
    ]
    for (const location of leads) {
      answer = (_, outgoing) => outgoing.writeHead(302, { location }).end()
      expect(await failure(get(guarded, `http://good.test:${port}/`))).toMatchObject({
        message: /could not be reached/,
      })
    }
    expect(connections).toBe(leads.length)
    answer = (_, outgoing) => outgoing.writeHead(302, { location: 'file:///etc/passwd' }).end()
    expect(await failure(get(guarded, `http://good.test:${port}/`))).toMatchObject({ code: 'bad_request' })
  })

  it('follows as a browser does, and takes no secret to another host', async () => {
    const { guarded } = guard(['good.test', 'other.test'], {
      'good.test': [[four('127.0.0.1')]],
      'other.test': [[four('127.0.0.1')]],
    })
    answer = ({ url, headers }, outgoing) => {
      if (url === '/303') return outgoing.writeHead(303, { location: '/end' }).end()
      if (url === '/307') return outgoing.writeHead(307, { location: `http://other.test:${port}/end` }).end()
      outgoing.end(headers.host)
    }
    const headers = { authorization: 'secret', 'x-key': 'secret', 'content-type': 'text/plain' }
    const sent = { method: 'POST', body: 'text', headers } as const
    expect((await get(guarded, `http://good.test:${port}/303`, sent)).url).toBe(`http://good.test:${port}/end`)
    expect(requests[1]).toMatchObject({ method: 'GET', body: '', headers: { authorization: 'secret' } })
    expect(requests[1]?.headers).not.toHaveProperty('content-type')
    await get(guarded, `http://good.test:${port}/307`, sent)
    expect(requests[3]).toMatchObject({ method: 'POST', body: 'text', headers: { 'content-type': 'text/plain' } })
    for (const name of ['authorization', 'x-key']) expect(requests[3]?.headers).not.toHaveProperty(name)
    expect((await get(guarded, `http://good.test:${port}/307`, { redirects: 'answer' })).status).toBe(307)
    answer = (_, outgoing) => outgoing.writeHead(302, { location: '/again' }).end()
    expect(await failure(get(guarded, `http://good.test:${port}/`))).toMatchObject({ message: /too often/ })
  })

  it('caps bodies that are too large, endless or packed', async () => {
    const { guarded } = guard(['127.0.0.1'])
    const url = `http://127.0.0.1:${port}/`
    const chunk = Buffer.alloc(4096, 'x')
    answer = (_, outgoing) => {
      const more = () => void outgoing.write(chunk, (error) => error ?? more())
      more()
    }
    expect(await failure(get(guarded, url))).toMatchObject({ code: 'too_large' })
    expect((await get(guarded, url, { overflow: 'cut' })).body.length).toBe(10_000)
    expect(
      await failure(guarded.download(url, join(folder, 'endless'), { maxBytes: 10_000, timeoutMs: 5000 })),
    ).toMatchObject({ code: 'too_large' })
    const bomb = gzipSync(Buffer.alloc(1_000_000))
    answer = (_, outgoing) => outgoing.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb)
    expect(await failure(get(guarded, url))).toMatchObject({ code: 'bad_request', message: /packed form/ })
    expect((await get(guarded, url, { overflow: 'cut' })).body.equals(bomb)).toBe(true)
    expect(await readdir(folder)).toEqual([])
  })

  it('gives up on bodies that come slowly or not at all', async () => {
    const { guarded } = guard(['127.0.0.1'])
    const url = `http://127.0.0.1:${port}/`
    const drip = { timer: setInterval(() => {}, 1e6) }
    answer = (_, outgoing) => {
      clearInterval(drip.timer)
      drip.timer = setInterval(() => outgoing.write('x'), 50)
    }
    expect(await failure(get(guarded, url, { timeoutMs: 400 }))).toMatchObject({ code: 'timeout' })
    const path = join(folder, 'slow')
    expect(await failure(guarded.download(url, path, { maxBytes: 10_000, timeoutMs: 400 }))).toMatchObject({
      code: 'timeout',
    })
    clearInterval(drip.timer)
    answer = (_, outgoing) => outgoing.write('then silence')
    await failure(get(guarded, url))
    answer = () => {}
    await failure(get(guarded, url))
    expect(await readdir(folder)).toEqual([])
  })

  it('stops when the caller does', async () => {
    const { guarded } = guard(['127.0.0.1'])
    const stop = new AbortController()
    answer = () => stop.abort(new Error('cancelled'))
    await expect(get(guarded, `http://127.0.0.1:${port}/`, { signal: stop.signal })).rejects.toThrow('cancelled')
  })

  it('downloads to disk, for nobody else to read', async () => {
    const { guarded } = guard(['127.0.0.1'])
    const path = join(folder, 'media')
    const limits = { maxBytes: 1_000_000, timeoutMs: 5000 }
    const bytes = Buffer.alloc(1_000_000, 'speech')
    answer = ({ url }, outgoing) =>
      url === '/'
        ? outgoing.writeHead(302, { location: '/media' }).end()
        : outgoing.writeHead(200, { 'content-type': 'audio/wav' }).end(bytes)
    const found = await guarded.download(`http://127.0.0.1:${port}/`, path, limits)
    expect(found).toMatchObject({ size: bytes.length, contentType: 'audio/wav', url: `http://127.0.0.1:${port}/media` })
    expect(found.sha256).toMatch(/^[0-9a-f]{64}$/)
    expect((await readFile(path)).equals(bytes)).toBe(true)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    const again = guarded.download(`http://127.0.0.1:${port}/`, path, limits)
    await expect(again).rejects.toMatchObject({ code: 'EEXIST' })
    await rm(path)
    answer = (_, outgoing) => outgoing.writeHead(404).end('no')
    expect(await failure(guarded.download(`http://127.0.0.1:${port}/`, path, limits))).toMatchObject({
      message: /status 404/,
    })
    answer = (_, outgoing) => outgoing.writeHead(200, { 'content-length': 1_000_001 }).write('x')
    expect(await failure(guarded.download(`http://127.0.0.1:${port}/`, path, limits))).toMatchObject({
      code: 'too_large',
    })
    answer = (_, outgoing) => outgoing.writeHead(200, { 'content-length': 100 }).write('half', () => outgoing.destroy())
    await failure(guarded.download(`http://127.0.0.1:${port}/`, path, limits))
    expect(await readdir(folder)).toEqual([])
  })

  it('never touches a file that was there before', async () => {
    const { guarded } = guard(['127.0.0.1'])
    const path = join(folder, 'mine')
    await writeFile(path, 'mine')
    await expect(
      guarded.download(`http://127.0.0.1:${port}/`, path, { maxBytes: 10, timeoutMs: 5000 }),
    ).rejects.toThrow('EEXIST')
    expect(await readFile(path, 'utf8')).toBe('mine')
    await rm(path)
  })
})
