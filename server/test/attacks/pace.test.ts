import { login } from '@mina/contract'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLimiter } from '../../src/platform/limits/limiter.ts'
import { type TestApp, testApp } from '../app.ts'

let app: TestApp
let open: TestApp
beforeAll(async () => {
  app = await testApp({ env: { RATE_LOGIN_PER_MINUTE: '20', RATE_READ_PER_MINUTE: '30' }, roles: ['web'] })
  open = await testApp({
    env: {
      ...{ PUBLIC_BASE_URL: 'https://mina.example.org', REGISTRATION: 'open' },
      ...{ TRUSTED_PROXIES: '127.0.0.1', RATE_READ_PER_MINUTE: '30', RATE_TOKEN_PER_MINUTE: '30' },
    },
    roles: ['web'],
  })
})
afterAll(async () => {
  await app.close()
  await open.close()
})

const hundred = (ask: (index: number) => Promise<Response>) =>
  Promise.all(
    Array.from({ length: 100 }, async (_, index) => {
      const answer = await ask(index)
      await answer.arrayBuffer()
      return answer
    }),
  )
const count = (answers: readonly Response[], status: number) => answers.filter((it) => it.status === status).length

describe('a hundred calls a minute', () => {
  test('are too many for one account: the rest is told how long to wait', async () => {
    const alice = await app.person()
    const answers = await hundred(() => alice.raw('/api/auth/me'))
    expect(count(answers, 200)).toBe(30)
    expect(count(answers, 429)).toBe(70)
    const refused = answers.find((it) => it.status === 429)!
    expect(refused.headers.get('ratelimit-limit')).toBe('30')
    expect(refused.headers.get('x-ratelimit-remaining')).toBe('0')
    expect(Number(refused.headers.get('ratelimit-reset'))).toBeGreaterThan(0)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  test('are no more for who makes up where they come from', async () => {
    const answers = await hundred((index) =>
      app.client({ 'x-forwarded-for': `198.51.100.${index}` }).raw('/api/auth/login', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email: `nobody-${index}@example.org`, password: 'wrong horse 7' }),
      }),
    )
    expect(count(answers, 429)).toBeGreaterThanOrEqual(80)
  })

  test('behind a trusted proxy count by address, and a whole /64 is one', async () => {
    const from = (address: string) => open.client({ 'x-forwarded-for': address }).raw('/api/shares/unknown')
    const sameNetwork = await hundred((index) => from(`2001:db8:1:1::${index.toString(16)}`))
    expect(count(sameNetwork, 429)).toBe(70)
    const others = await hundred((index) => from(`2001:db8:2:${index.toString(16)}::1`))
    expect(count(others, 429)).toBe(0)
  })
})

test('counts in a shared store outlive the process that made them', async () => {
  const bucket = { name: 'outlives', points: 3, seconds: 60 }
  const process = () => createLimiter({ kind: 'postgres', pool: app.database.pool, onError: () => {} })
  const first = process()
  for (let use = 0; use < 3; use += 1) await first.take(bucket, 'somebody')
  expect(await process().take(bucket, 'somebody')).toMatchObject({ allowed: false, remaining: 0 })
  expect(await process().look(bucket, 'somebody else')).toMatchObject({ allowed: true, remaining: 3 })
})

test('where the public address is https, cookies are bound to it and http is over for good', async () => {
  const alice = await open.person()
  const answer = await open.client().raw('/api/auth/login', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: alice.email, password: alice.password }),
  })
  const lines = answer.headers.getSetCookie()
  expect(lines.map((line) => line.split('=')[0])).toEqual([
    '__Host-mina_access',
    '__Host-mina_refresh',
    '__Host-mina_csrf',
  ])
  for (const line of lines) {
    expect(line).toMatch(/; Path=\/(;|$)/)
    expect(line).toMatch(/; Secure/)
    expect(line).not.toMatch(/domain=/i)
    expect(/; HttpOnly/.test(line)).toBe(!line.startsWith('__Host-mina_csrf'))
  }
  for (const path of ['/health', '/api/nothing', '/app'])
    expect((await open.client().raw(path)).headers.get('strict-transport-security')).toMatch(/^max-age=\d{8,}/)
  await expect(
    open.client({ origin: 'https://mina.example.org.evil.net' }).call(login, { body: alice }),
  ).rejects.toMatchObject({ code: 'csrf' })
})
