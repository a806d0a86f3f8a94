import { login, me } from '@mina/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApp, testApp, testClock } from '../../../test/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await testApp({ clock: testClock(), env: { RATE_LOGIN_PER_MINUTE: '100000', TRUSTED_PROXIES: '127.0.0.1' } })
})
afterAll(() => app.close())

const from = (ip: string) => app.client({ 'x-forwarded-for': ip })

test('five wrong passwords a minute for one account from one address, and no more', async () => {
  const alice = await app.person()
  const guess = () => from('198.51.100.7').json('/api/auth/login', { email: alice.email, password: 'wrong password 1' })
  const statuses: number[] = []
  for (let attempt = 0; attempt < 7; attempt += 1) statuses.push((await guess()).status)
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429])
  expect((await guess()).headers.get('retry-after')).toMatch(/^\d+$/)
  // Elsewhere the owner is not locked out.
  await from('203.0.113.9').call(login, { body: { email: alice.email, password: alice.password } })
})

test('who must wait is told for how long, in words, in the header and for pages', async () => {
  const alice = await app.person()
  const told = async (ip: string, path: string) => {
    const answer = await from(ip).json(path, { email: alice.email, password: 'wrong password 1' })
    return { answer, wait: Number(answer.headers.get('retry-after')) }
  }
  for (const [ip, path, attempts] of [
    ['198.51.100.9', '/api/auth/login', 5],
    ['198.51.100.10', '/auth/login', 5],
  ] as const) {
    for (let attempt = 0; attempt < attempts; attempt += 1) await told(ip, path)
    const { answer, wait } = await told(ip, path)
    expect([answer.status, wait > 0 && wait <= 60]).toEqual([429, true])
    const body = (await answer.json()) as { message?: string; error?: string }
    expect(body).toMatchObject({ code: 'rate_limited', retry_after: wait })
    expect(body.message ?? body.error).toContain(`wait ${wait} second${wait === 1 ? '' : 's'} `)
  }
})

test('twenty guesses sent together are no more than five', async () => {
  const alice = await app.person()
  const guess = () => from('198.51.100.8').json('/api/auth/login', { email: alice.email, password: 'wrong password 1' })
  const statuses = await Promise.all(Array.from({ length: 20 }, async () => (await guess()).status))
  expect(statuses.filter((it) => it === 401)).toHaveLength(5)
  expect(statuses.filter((it) => it === 429)).toHaveLength(15)
})

test('twenty right passwords sent together all come in', async () => {
  const alice = await app.person()
  const body = { email: alice.email, password: alice.password }
  await Promise.all(Array.from({ length: 20 }, () => from('198.51.100.21').call(login, { body })))
})

test('an address that signed in before is let in with the right password, whatever others failed there', async () => {
  const alice = await app.person()
  const home = '192.0.2.44'
  await from(home).call(login, { body: { email: alice.email, password: alice.password } })
  for (let attempt = 0; attempt < 6; attempt += 1)
    await from(home).json('/api/auth/login', { email: alice.email, password: 'wrong password 1' })
  const browser = from(home)
  await browser.call(login, { body: { email: alice.email, password: alice.password } })
  await browser.call(me)
})

test('successes do not count', async () => {
  const alice = await app.person()
  for (let attempt = 0; attempt < 8; attempt += 1)
    await from('198.51.100.20').call(login, { body: { email: alice.email, password: alice.password } })
})

test('fifty failures from one address are enough, whoever they are aimed at; a /64 is one address', async () => {
  let last = 0
  for (let attempt = 0; attempt < 52; attempt += 1)
    last = (
      await from(`2001:db8:1:2::${attempt.toString(16)}`).json('/api/auth/login', {
        email: `nobody${attempt}@example.org`,
        password: 'wrong password 1',
      })
    ).status
  expect(last).toBe(429)
})
