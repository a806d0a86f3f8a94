import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestApp, type TestPerson, testApp } from '../app.ts'

const unlimited = Object.fromEntries(
  ['READ', 'WRITE', 'LOGIN', 'MAIL', 'TOKEN', 'SPEECH'].map((it) => [`RATE_${it}_PER_MINUTE`, '1000000']),
)

let app: TestApp
beforeAll(async () => {
  app = await testApp({ env: { ...unlimited, SLOW_BODY_SECONDS: '0.5' } })
})
afterAll(() => app.close())

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

  test('a character that no text holds is named, whichever text it is in', async () => {
    const nul = JSON.stringify({ name: 'a', text: '\0', question: '\0', word: '\0', title: '\0' })
    for (const path of ['/api/templates', '/api/vocabulary', '/api/ask', '/api/conversations'])
      expect([path, (await post(path, nul)).status]).toEqual([path, 400])
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
  test.each([
    '/',
    '/app',
    '/health',
    '/api/auth/me',
    '/api/nothing',
    '/saas/jobs',
    '/v1/models',
    '/api/%zz',
    '/v1/listen',
    '/docs',
  ])('%s is armoured', async (path) => {
    const answer = await app.client().raw(path)
    await answer.arrayBuffer()
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer')
    const policy = answer.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toMatch(/unsafe-inline|unsafe-eval|https?:/)
    expect(answer.headers.get('strict-transport-security')).toBeNull()
    if (path.startsWith('/api')) expect(answer.headers.get('cache-control')).toBe('no-store')
  })

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

describe('where the public address is https', () => {
  let secure: TestApp
  beforeAll(async () => {
    secure = await testApp({ roles: ['web'], env: { PUBLIC_BASE_URL: 'https://mina.example' } })
  })
  afterAll(() => secure.close())

  test('every answer says so, errors too, and cookies are bound to the host', async () => {
    for (const path of ['/', '/api/nothing', '/saas/jobs', '/v1/models', '/s/none']) {
      const answer = await secure.client().raw(path)
      await answer.arrayBuffer()
      expect(answer.headers.get('strict-transport-security')).toMatch(/^max-age=\d{8}/)
    }
    const body = { email: 'a@example.org', password: 'correct horse 7' }
    const answer = await secure.client().json('/api/auth/register', body)
    const cookies = answer.headers.getSetCookie()
    expect(cookies.map((it) => it.split('=')[0]).sort()).toEqual(
      ['access', 'csrf', 'refresh'].map((name) => `__Host-mina_${name}`),
    )
    for (const cookie of cookies) {
      expect(cookie).toMatch(/; Path=\/(;|$)/)
      expect(cookie).toMatch(/; Secure/)
      expect(cookie).toMatch(/; SameSite=Lax/)
      expect(cookie).not.toMatch(/Domain/i)
      expect([cookie.includes('csrf'), cookie.includes('HttpOnly')]).toContain(true)
    }
    // The plain names mean nothing here: another page of the host's domain could have set them.
    const value = /mina_access=([^;]+)/.exec(cookies.join('\n'))![1]
    expect((await secure.client({ cookie: `mina_access=${value}` }).raw('/api/auth/me')).status).toBe(401)
    expect((await secure.client({ cookie: `__Host-mina_access=${value}` }).raw('/api/auth/me')).status).toBe(200)
  })
})

test('metrics are for this machine and not for those behind a proxy', async () => {
  expect((await app.client().raw('/metrics')).status).toBe(200)
  expect((await app.client({ 'x-forwarded-for': '198.51.100.1' }).raw('/metrics')).status).toBe(404)
})

describe('what is not there', () => {
  test('a format that there is none of is said; an id of the wrong form names nothing', async () => {
    const carol = await app.person()
    const asked = async (path: string, body: object) => {
      const answer = await carol.json(path, body)
      return [answer.status, ((await answer.json()) as { error?: string }).error]
    }
    expect(await asked('/documents/odt', { text: 'a' })).toEqual([400, 'Unsupported format. Use: word, pdf'])
    expect(await asked('/reports/csv', { transcript: 'a' })).toEqual([400, 'Unsupported format. Use: excel'])
    expect((await carol.raw('/api/conversations/no-id')).status).toBe(404)
    const usage = await carol.raw('/usage?from=yesterday')
    expect(await usage.json()).toMatchObject({ error: expect.stringContaining('2026-01-31'), field: 'from' })
  })

  test.each([
    ['/v1/chat/completions', 'error'],
    ['/v1/embeddings', 'error'],
    ['/v1/speak', 'err_msg'],
    ['/v1/projects/a/keys', 'err_msg'],
  ])('%s is refused as its clients read it', async (path, member) => {
    const answer = await app.client().json(path, {})
    expect(answer.status).toBe(404)
    expect(await answer.json()).toHaveProperty(member)
  })
})
