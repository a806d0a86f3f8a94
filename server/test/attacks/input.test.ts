import { request } from 'node:http'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { endpoints } from '../../../scripts/endpoints.ts'
import { type TestApp, type TestPerson, testApp } from '../app.ts'

const unlimited = Object.fromEntries(
  ['READ', 'WRITE', 'LOGIN', 'MAIL', 'TOKEN', 'SPEECH'].map((it) => [`RATE_${it}_PER_MINUTE`, '1000000']),
)
const RUNS = Number(process.env.FUZZ_RUNS ?? 40)

let app: TestApp
let alice: TestPerson
beforeAll(async () => {
  app = await testApp({ env: { ...unlimited, SLOW_BODY_SECONDS: '0.5' } })
  alice = await app.person()
})
afterAll(() => app.close())

const nasty = fc.oneof(
  fc.constantFrom(
    '',
    '\0',
    '../../etc/passwd',
    '<img onerror=1>',
    "'; drop table users; --",
    '%',
    '=cmd()',
    '\u202e',
    'a'.repeat(5_000),
  ),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.integer(),
  fc.double(),
  fc.constantFrom(null, true, [], {}, -1, 1e308, 2 ** 53),
)
const member = fc.oneof(
  fc.constantFrom(
    '__proto__',
    'constructor',
    'user_id',
    'role',
    'plan',
    'id',
    'text',
    'title',
    'email',
    'password',
    'name',
    'url',
    'idx',
    'ids',
    'type',
    'options',
    'language',
  ),
  fc.string({ maxLength: 8 }),
)
const body = fc.oneof(
  fc.dictionary(
    member,
    fc.oneof(nasty, fc.array(nasty, { maxLength: 3 }), fc.dictionary(member, nasty, { maxKeys: 3 })),
    { maxKeys: 8 },
  ),
  nasty,
  fc.array(nasty),
)
const part = fc.oneof(
  fc.uuid(),
  fc.constantFrom('0', '-1', '..%2f..', '%00', 'null', 'a'.repeat(300), '%E2%80%AE'),
  fc.string({ maxLength: 12 }).map(encodeURIComponent),
)
const contentType = fc.constantFrom(
  'application/json',
  'application/json; charset=utf-8',
  '\tapplication/json',
  'application/json ;',
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/octet-stream',
  'garbage',
)

// Event streams stay open, and the account must outlive the test.
const passive = endpoints.filter(
  (it) =>
    it.answer !== 'events' && !(it.method === 'DELETE' && it.path === '/api/auth/me') && it.path !== '/api/auth/logout',
)

describe('no input makes the server fail', () => {
  test.each(passive.map((it) => [`${it.method} ${it.path}`, it] as const))(
    '%s',
    { timeout: 120_000 },
    async (_, endpoint) => {
      await fc.assert(
        fc.asyncProperty(
          body,
          contentType,
          fc.array(part, { minLength: 3, maxLength: 3 }),
          fc.dictionary(member, fc.string({ maxLength: 20 }), { maxKeys: 3 }),
          async (value, type, parts, query) => {
            let used = 0
            const path = endpoint.path.replace(/:\w+/g, () => parts[used++ % 3] || 'x')
            const search = new URLSearchParams(query)
            const answer = await alice.raw(`${path}?${search}`, {
              method: endpoint.method,
              ...(endpoint.method !== 'GET' && {
                body: JSON.stringify(value) ?? '',
                headers: { 'content-type': type.trim() },
              }),
            })
            const text = await answer.text()
            if (answer.status >= 500 && answer.status !== 503)
              throw new Error(`${answer.status} ${path} ${text.slice(0, 200)}`)
            expect(text).not.toMatch(/node_modules|\bat \w+ \(|select .* from|syntax error/i)
          },
        ),
        { numRuns: RUNS, seed: 7 },
      )
    },
  )
})

describe('bodies', () => {
  let carol: TestPerson
  beforeAll(async () => {
    carol = await app.person()
  })
  const post = (path: string, text: string, type = 'application/json') =>
    carol.raw(path, { method: 'POST', body: text, headers: { 'content-type': type } })

  test('a byte more than the limit is refused', async () => {
    const most = app.config.limits.jsonBytes
    const json = (bytes: number) => `{"title":"${'a'.repeat(bytes - 12)}"}`
    expect((await post('/api/conversations', json(most + 1))).status).toBe(413)
    expect((await post('/api/conversations', json(most))).status).toBe(400)
  })

  test('broken JSON, deep JSON and poisoned JSON are the caller’s mistake', async () => {
    for (const text of ['{', '{"a":', `${'['.repeat(1_000)}${']'.repeat(1_000)}`, '{"__proto__":{"role":"admin"}}'])
      expect((await post('/api/conversations', text)).status).toBe(400)
  })

  test('a body that drips in is not waited for', async () => {
    const status = await new Promise<number>((done, failed) => {
      const drip = request(`${app.base}/api/auth/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-length': '5000' },
      })
      drip.on('response', (answer) => done(answer.statusCode ?? 0))
      drip.on('error', failed)
      drip.write('{"email":')
    })
    expect(status).toBe(408)
  })
})

describe('headers', () => {
  test.each(['/', '/app', '/health', '/api/auth/me', '/api/nothing', '/saas/jobs', '/v1/models'])(
    '%s is armoured',
    async (path) => {
      const answer = await app.client().raw(path)
      await answer.arrayBuffer()
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
      expect(answer.headers.get('referrer-policy')).toBe('no-referrer')
      const policy = answer.headers.get('content-security-policy') ?? ''
      expect(policy).toContain("frame-ancestors 'none'")
      expect(policy).not.toMatch(/unsafe-inline|unsafe-eval|https?:/)
      expect(answer.headers.get('strict-transport-security')).toBeNull()
      if (path.startsWith('/api')) expect(answer.headers.get('cache-control')).toBe('no-store')
    },
  )

  test('another site may neither read answers nor ask first', async () => {
    for (const origin of ['https://evil.example', 'null', `${app.base}.evil.example`]) {
      const answer = await app
        .client({ origin })
        .raw('/api/auth/me', { method: 'OPTIONS', headers: { 'access-control-request-method': 'POST' } })
      await answer.arrayBuffer()
      expect(answer.headers.get('access-control-allow-origin')).toBeNull()
    }
  })
})

test('what people type and own never reaches the log', async () => {
  const canary = 'pomegranate-canary'
  await alice.json('/api/conversations', { title: canary })
  await alice.json('/sentiment', { text: canary })
  await alice.json(`/api/auth/login?password=${canary}`, { email: `${canary}@example.org`, password: canary })
  await alice.raw(`/api/search?q=${canary}`)
  await app.client({ 'x-api-key': `usr_${canary}`, authorization: `Bearer ${canary}` }).raw('/api/auth/me')
  expect(app.logged()).not.toContain(canary)
  for (const line of app.logged().trim().split('\n')) expect(() => JSON.parse(line)).not.toThrow()
})

test('metrics are for this machine and not for those behind a proxy', async () => {
  expect((await app.client().raw('/metrics')).status).toBe(200)
  expect((await app.client({ 'x-forwarded-for': '198.51.100.1' }).raw('/metrics')).status).toBe(404)
})
