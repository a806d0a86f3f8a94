import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApp, type TestPerson, testApp } from '../app.ts'
import { bar } from '../bar.ts'

let app: TestApp
let alice: TestPerson
beforeAll(async () => {
  app = await testApp({ roles: ['web'], env: { RATE_LIMITS: 'off' } })
  alice = await app.person()
})
afterAll(() => app.close())

const median = (times: number[]) => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]!

/** One after the other in turn, so that whatever slows the machine slows all alike. */
async function compare(attempts: Record<string, () => Promise<Response>>) {
  const times: Record<string, number[]> = {}
  const said = new Set<string>()
  for (let round = 0; round < bar.logins; round += 1)
    for (const [name, attempt] of Object.entries(attempts)) {
      const began = performance.now()
      const answer = await attempt()
      const text = await answer.text()
      times[name] = [...(times[name] ?? []), performance.now() - began]
      said.add(`${answer.status} ${text}`)
    }
  return { said: [...said], medians: Object.values(times).map(median) }
}

/** Within a tenth; a busy machine has three times that, and a second try. */
async function alike(attempts: Record<string, () => Promise<Response>>) {
  const spread = async () => {
    const { said, medians } = await compare(attempts)
    expect(said).toHaveLength(1)
    return Math.max(...medians) / Math.min(...medians)
  }
  const first = await spread()
  if (first > 1.1) expect(await spread()).toBeLessThan(1.3)
}

const login = (email: string, password: string) => app.client().json('/api/auth/login', { email, password })

test('a wrong password, an unknown address and an account that is switched off sound and take the same', {
  timeout: bar.patience(120_000),
}, async () => {
  const bob = await app.person()
  await app.database.pool.query('update users set is_active = false where id = $1', [bob.user.id])
  await alike({
    wrong: () => login(alice.email, 'wrong password 1'),
    unknown: () => login('nobody@example.org', 'wrong password 1'),
    off: () => login(bob.email, bob.password),
    long: () => login(alice.email, 'x'.repeat(1_000)),
  })
})

test('asking for a reset tells nothing by its words or its time', { timeout: bar.patience(120_000) }, async () => {
  const ask = (email: string) => app.client().json('/api/auth/request-password-reset', { email })
  const { said } = await compare({ known: () => ask(alice.email), unknown: () => ask('nobody@example.org') })
  expect(said).toHaveLength(1)
})

test('a password is hashed with Argon2id, 19 MiB and two passes at least', async () => {
  const { rows } = await app.database.pool.query('select password_hash from users where id = $1', [alice.user.id])
  const [, memory, passes] = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=\d+\$/.exec(rows[0].password_hash) ?? []
  expect(Number(memory)).toBeGreaterThanOrEqual(19_456)
  expect(Number(passes)).toBeGreaterThanOrEqual(2)
})

test('a password that is too long is refused before it costs a hash', async () => {
  const register = async (length: number) => {
    const began = performance.now()
    const password = `long1${'y'.repeat(length - 5)}`
    const answer = await app.client().json('/api/auth/register', { email: `${crypto.randomUUID()}@x.org`, password })
    await answer.text()
    return { status: answer.status, ms: performance.now() - began }
  }
  expect((await register(256)).status).toBe(200)
  const refused = await Promise.all(Array.from({ length: 9 }, () => register(257)))
  expect(new Set(refused.map((it) => it.status))).toEqual(new Set([400]))
  const hashed = await Promise.all(Array.from({ length: 9 }, () => register(256)))
  expect(median(refused.map((it) => it.ms))).toBeLessThan(median(hashed.map((it) => it.ms)))
})
