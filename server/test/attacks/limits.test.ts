import { createKey, me } from '@mina/contract'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { startServer } from '../../src/composition/server.ts'
import { client, freePort, type TestApp, type TestPerson, testApp } from '../app.ts'
import { begin, cookiesOf, link } from '../live/link.ts'
import { talker } from '../live/talker.ts'

let app: TestApp
let behind: TestApp
beforeAll(async () => {
  const env = { RATE_READ_PER_MINUTE: '60', RATE_TOKEN_PER_MINUTE: '40' }
  app = await testApp({ roles: ['web'], env, engines: [talker()] })
  behind = await testApp({ roles: ['web'], env: { ...env, TRUSTED_PROXIES: '127.0.0.1' } })
})
afterAll(async () => {
  await app.close()
  await behind.close()
})

const statuses = async (count: number, ask: (index: number) => Promise<Response>) => {
  const found: number[] = []
  for (let index = 0; index < count; index += 1) {
    const answer = await ask(index)
    await answer.arrayBuffer()
    found.push(answer.status)
  }
  return { allowed: found.filter((it) => it !== 429).length, refused: found.filter((it) => it === 429).length }
}
const search = (it: Pick<TestPerson, 'raw'>) => it.raw('/api/conversations')

describe('a hundred requests a minute where sixty are allowed', () => {
  test('some are refused, with headers that say when to come back', async () => {
    const alice = await app.person()
    expect(await statuses(100, () => search(alice))).toEqual({ allowed: 60, refused: 40 })
    const refused = await search(alice)
    expect(await refused.json()).toMatchObject({ ok: false, code: 'rate_limited' })
    const seconds = Number(refused.headers.get('retry-after'))
    expect(seconds).toBeGreaterThan(0)
    expect(seconds).toBeLessThanOrEqual(60)
    for (const name of ['ratelimit', 'x-ratelimit'])
      expect([refused.headers.get(`${name}-limit`), refused.headers.get(`${name}-remaining`)]).toEqual(['60', '0'])
    // One account's pace is no other's.
    expect((await search(await app.person())).status).toBe(200)
  })

  test('a made-up X-Forwarded-For, or another session of the same account, does not help', async () => {
    const bob = await app.person()
    const twin = client(app.base)
    await twin.json('/api/auth/login', { email: bob.email, password: bob.password })
    const found = await statuses(100, (at) =>
      (at % 2 ? twin : bob).raw('/api/conversations', { headers: { 'x-forwarded-for': `198.51.100.${at}` } }),
    )
    expect(found).toEqual({ allowed: 60, refused: 40 })
  })

  test('the count is kept where the other servers see it, and over a restart', async () => {
    const carol = await app.person()
    await statuses(60, () => search(carol))
    const port = await freePort()
    const base = `http://127.0.0.1:${port}`
    const next = await startServer({ ...app.config, port, publicBaseUrl: base }, ['web'], { engines: [talker()] })
    try {
      const there = client(base)
      for (const [name, value] of carol.cookies) there.cookies.set(name, value)
      expect((await search(there)).status).toBe(429)
    } finally {
      await next.stop()
    }
  })
})

describe('behind a proxy that is trusted', () => {
  const shared = (from: string) => behind.client({ 'x-forwarded-for': from }).raw('/api/shares/AAAAAAAAAAAAAAAAAAAAAA')

  test('each visitor has a pace of their own, by the address that the proxy saw', async () => {
    expect(await statuses(50, () => shared('198.51.100.1'))).toEqual({ allowed: 40, refused: 10 })
    expect((await shared('198.51.100.2')).status).toBe(404)
    // What the visitor puts before it is only claimed.
    expect(await statuses(20, (at) => shared(`203.0.113.${at}, 198.51.100.1`))).toEqual({ allowed: 0, refused: 20 })
  })

  test('a network of IPv6 is one visitor', async () => {
    const found = await statuses(50, (at) => shared(`2001:db8:7:7:${at.toString(16)}::${at.toString(16)}`))
    expect(found).toEqual({ allowed: 40, refused: 10 })
    expect((await shared('2001:db8:7:8::1')).status).toBe(404)
  })
})

describe('guesses', () => {
  test('of a link are slowed down, wherever they are tried', async () => {
    const guess = (from: string, at: number, path = '') =>
      behind.client({ 'x-forwarded-for': from }).raw(`/api/shares/${String(at).padStart(22, 'A')}${path}`)
    const found = await statuses(60, (at) => guess('198.51.100.10', at, ['', '/audio', '/peaks', '/comments'][at % 4]))
    expect(found).toEqual({ allowed: 40, refused: 20 })
  })

  test('of a key or a token are slowed down by address, and who has a good one goes on', async () => {
    const dora = await behind.person()
    const { api_key } = await dora.call(createKey, { body: { name: 'script' } })
    const address = { 'x-forwarded-for': '198.51.100.20' }
    const guesses = [
      (at: number) => ({ 'x-api-key': `usr_${at}` }),
      (at: number) => ({ authorization: `Bearer usr_${at}` }),
      (at: number) => ({ authorization: `Token ${at}.x.y` }),
      (at: number) => ({ cookie: `mina_access=${at}` }),
    ]
    const found = await statuses(60, (at) =>
      behind.client({ ...address, ...guesses[at % 4]!(at) } as Record<string, string>).raw('/api/auth/me'),
    )
    expect(found).toEqual({ allowed: 40, refused: 20 })
    await behind.client({ ...address, 'x-api-key': api_key }).call(me)
  })

  test('mails to one address are few, whoever asks for them', async () => {
    const erin = await behind.person()
    await behind.mailTo(erin.email)
    const ask = (at: number) =>
      behind
        .client({ 'x-forwarded-for': `198.51.100.${100 + at}` })
        .json('/api/auth/request-password-reset', { email: erin.email })
    const answers = await Promise.all(Array.from({ length: 20 }, (_, at) => ask(at)))
    expect(new Set(answers.map((it) => it.status))).toEqual(new Set([200]))
    const made = "select count(*)::int as n from one_time_tokens where user_id = $1 and purpose = 'reset'"
    await expect
      .poll(async () => (await behind.database.pool.query(made, [erin.user.id])).rows[0].n, { timeout: 5_000 })
      .toBeGreaterThan(0)
    expect((await behind.database.pool.query(made, [erin.user.id])).rows[0].n).toBeLessThanOrEqual(5)
    const one = { 'x-forwarded-for': '198.51.100.200' }
    const many = await statuses(15, (at) =>
      behind.client(one).json('/api/auth/request-password-reset', { email: `${at}@example.org` }),
    )
    expect(many.refused).toBeGreaterThan(0)
  })

  test('of accounts by signing up are slowed down', async () => {
    const taken = await behind.person()
    const from = { 'x-forwarded-for': '198.51.100.210' }
    const found = await statuses(70, () =>
      behind.client(from).json('/api/auth/register', { email: taken.email, password: 'correct horse 7' }),
    )
    expect(found).toEqual({ allowed: 60, refused: 10 })
  })
})

describe('sockets', () => {
  test('beyond so many of one account are refused, and others still connect', async () => {
    const alice = await app.person()
    const opened = await Promise.allSettled(Array.from({ length: 120 }, () => link(alice)))
    const good = opened.flatMap((it) => (it.status === 'fulfilled' ? [it.value] : []))
    expect(good.length).toBeLessThan(120)
    expect(good.length).toBeGreaterThan(5)
    await expect(link(alice)).rejects.toThrow(/Too many connections/)
    const bob = await link(await app.person())
    bob.close()
    for (const it of good) it.close()
  })

  /** The protocol spoken by hand. */
  const raw = async (person: TestPerson) => {
    const url = `${app.base.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`
    const socket = new WebSocket(url, { headers: { cookie: cookiesOf(person), origin: app.base } })
    const closed = new Promise<void>((done) => socket.once('close', () => done()))
    socket.on('error', () => {})
    await new Promise<void>((done) => {
      socket.on('message', (text) => {
        if (String(text).startsWith('0')) socket.send('40')
        if (String(text).startsWith('40')) done()
      })
    })
    return { socket, closed }
  }

  test.each([
    [
      'an attachment that never comes',
      ['451-["audio_chunk",{"seq":0,"pcm":{"_placeholder":true,"num":0}}]', '42["x"]'],
    ],
    ['a hundred thousand attachments', ['45100000-["audio_chunk",{"_placeholder":true,"num":99999}]', '42["x"]']],
    ['an attachment that is none of its own', ['451-["audio_chunk",{"_placeholder":true,"num":7}]', Buffer.alloc(9)]],
    ['what is no packet', ['4x', '4{"a":1}']],
    ['a namespace that is none', ['40/admin,', '4"']],
    ['an attachment that nobody announced', [Buffer.alloc(1_000)]],
  ])('%s is let go, and the server lives', async (_, packets) => {
    const alice = await app.person()
    const { socket, closed } = await raw(alice)
    for (const it of packets) socket.send(it)
    const answered = await Promise.race([
      closed.then(() => 'closed'),
      new Promise((done) => setTimeout(done, 300, 'open')),
    ])
    // What is only unknown may stay; it costs nothing.
    if (answered === 'open') socket.close()
    const line = await link(alice)
    expect(await begin(line)).toMatchObject({ ok: true })
    expect(await line.ask('chunk', { seq: 0, pcm: Buffer.alloc(320) })).toEqual({ seq: 0, next_seq: 1 })
    await line.ask('stop', {})
    line.close()
  })

  test('a flood of messages is answered as too many and then cut off, and memory stays', async () => {
    const alice = await app.person()
    const line = await link(alice)
    await begin(line)
    const gone = line.gone()
    for (let at = 0; at < 12_000; at += 1) line.socket.emit('audio_chunk', { seq: at, pcm: Buffer.alloc(2) })
    await gone
    const back = await link(alice)
    back.close()
  })
})
