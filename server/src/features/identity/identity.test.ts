import {
  changePassword,
  createKey,
  endSession,
  invite,
  listKeys,
  listSessions,
  listUsers,
  login,
  logout,
  me,
  refresh,
  register,
  requestPasswordReset,
  resendVerification,
  resetPassword,
  revokeKey,
  updateMe,
  updateUser,
  verifyEmail,
} from '@mina/contract'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestApp, testApp, testClock } from '../../../test/app.ts'

let app: TestApp
const clock = testClock()
beforeAll(async () => {
  app = await testApp({ clock, env: { RATE_LOGIN_PER_MINUTE: '100000', RATE_WRITE_PER_MINUTE: '100000' } })
})
afterAll(() => app.close())

const tokenIn = (mail: string) => /token=([\w-]+)/.exec(mail)?.[1] ?? ''
const minutes = (count: number) => count * 60_000
const days = (count: number) => count * 86_400_000

describe('administration', () => {
  test('the first administrator comes by the printed link, once; invitations work under a closed door', async () => {
    const admin = await app.administrator()
    expect(admin.user.role).toBe('admin')
    await expect(app.administrator()).rejects.toMatchObject({ code: 'registration_closed' })
    const { url } = await admin.call(invite, { body: { email: 'guest@example.org' } })
    const invitation = /invitation=([\w-]+)/.exec(url)![1]!
    const guest = await app.person({ email: 'guest@example.org', invitation })
    expect(guest.user.email_verified).toBe(true)
    await expect(guest.call(invite, { body: { email: 'x@example.org' } })).rejects.toMatchObject({ status: 403 })

    await guest.conversation()
    const { items } = await admin.call(listUsers, { query: { q: 'guest@' } })
    expect(items).toMatchObject([{ email: 'guest@example.org', conversations: 1 }])

    await admin.call(updateUser, { params: { id: guest.user.id }, body: { is_active: false } })
    clock.forward(1_100)
    await expect(guest.call(me)).rejects.toMatchObject({ status: 401 })
    await expect(
      app.client().call(login, { body: { email: guest.email, password: guest.password } }),
    ).rejects.toMatchObject({ status: 401 })
  })
})

describe('accounts', () => {
  test('signing up signs in, and asks to confirm the address by a mail that works once', async () => {
    const alice = await app.person()
    expect(alice.user).toMatchObject({ email: alice.email, email_verified: false, role: 'user', plan: 'free' })
    const token = tokenIn(await app.mailTo(alice.email))
    await alice.call(verifyEmail, { body: { token } })
    expect((await alice.call(me)).user.email_verified).toBe(true)
    await expect(alice.call(verifyEmail, { body: { token } })).rejects.toMatchObject({ status: 401 })
  })

  test('an address can have one account', async () => {
    const alice = await app.person()
    await expect(app.person({ email: alice.email.toUpperCase() })).rejects.toMatchObject({
      status: 409,
      code: 'exists',
    })
  })

  test.each([
    ['short7', /at least 8/],
    ['nodigitshere', /digit/],
    ['12345678901', /letter/],
    [' spaced out 7', /space/],
    ['password1', /commonest/],
    [`x1${'y'.repeat(255)}`, /at most 256/],
  ])('refuses the password %j and says why', async (password, reason) => {
    await expect(app.person({ password })).rejects.toMatchObject({
      status: 400,
      answer: { field: 'password', message: expect.stringMatching(reason) },
    })
  })

  test('takes a long phrase without a digit, in any script', async () => {
    const password = 'пусть всегда будет солнце, пусть всегда будет небо'
    const alice = await app.person({ password })
    await app.client().call(login, { body: { email: alice.email, password } })
  })

  test('knows no difference between a wrong password and an unknown address', async () => {
    const alice = await app.person()
    const answers = await Promise.all(
      [alice.email, 'nobody@example.org'].map(async (email) =>
        (await app.client().json('/api/auth/login', { email, password: 'wrong password 1' })).json(),
      ),
    )
    expect(answers[0]).toEqual({ ok: false, code: 'unauthorized', message: 'Invalid credentials' })
    expect(answers[1]).toEqual(answers[0])
  })

  test('name, time zone and settings change; a time zone that is none is refused', async () => {
    const alice = await app.person()
    const { user } = await alice.call(updateMe, {
      body: { name: 'Alice', tz: 'Europe/Rome', settings: { language: 'it' } },
    })
    expect(user).toMatchObject({
      name: 'Alice',
      tz: 'Europe/Rome',
      settings: { language: 'it', notify_long_files: false },
    })
    await expect(alice.call(updateMe, { body: { tz: 'Mars/Olympus' } })).rejects.toMatchObject({ status: 400 })
  })

  test('nobody gives themselves a role or a plan', async () => {
    const alice = await app.person()
    for (const wish of [{ role: 'admin' }, { plan: 'enterprise' }, { user_id: alice.user.id }]) {
      expect((await alice.json('/api/auth/me', wish, 'PATCH')).status).toBe(400)
    }
    expect((await alice.call(me)).user).toMatchObject({ role: 'user', plan: 'free' })
  })
})

describe('sessions', () => {
  test('log-out ends the session at once', async () => {
    const alice = await app.person()
    const cookies = new Map(alice.cookies)
    await alice.call(logout)
    const again = app.client()
    for (const [name, value] of cookies) again.cookies.set(name, value)
    await expect(again.call(me)).rejects.toMatchObject({ status: 401 })
    await expect(again.call(refresh)).rejects.toMatchObject({ status: 401 })
  })

  test('twenty refreshes at once get one successor', async () => {
    const alice = await app.person()
    const cookies = new Map(alice.cookies)
    const answers = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const tab = app.client()
        for (const [name, value] of cookies) tab.cookies.set(name, value)
        await tab.call(refresh)
        return tab.cookies.get('mina_refresh')
      }),
    )
    expect(new Set(answers).size).toBe(1)
    expect(answers[0]).not.toBe(cookies.get('mina_refresh'))
  })

  test('a refresh token that is used again later ends the session everywhere', async () => {
    const alice = await app.person()
    const old = new Map(alice.cookies)
    await alice.call(refresh)
    clock.forward(11_000)
    const thief = app.client()
    for (const [name, value] of old) thief.cookies.set(name, value)
    await expect(thief.call(refresh)).rejects.toMatchObject({ status: 401 })
    clock.forward(1_500)
    await expect(alice.call(me)).rejects.toMatchObject({ status: 401 })
    await expect(alice.call(refresh)).rejects.toMatchObject({ status: 401 })
  })

  test('an access token lasts twenty minutes, an idle session fourteen days, any session ninety', async () => {
    const alice = await app.person()
    clock.forward(minutes(21))
    await expect(alice.call(me)).rejects.toMatchObject({ status: 401 })
    await alice.call(refresh)
    for (let day = 0; day < 88; day += 11) {
      clock.forward(days(11))
      await alice.call(refresh)
    }
    clock.forward(days(3))
    await expect(alice.call(refresh)).rejects.toMatchObject({ status: 401 })

    const bob = await app.person()
    clock.forward(days(14) + 1_000)
    await expect(bob.call(refresh)).rejects.toMatchObject({ status: 401 })
  })

  test('a new password ends the other sessions, not this one', async () => {
    const alice = await app.person()
    const elsewhere = app.client()
    await elsewhere.call(login, { body: { email: alice.email, password: alice.password } })
    await alice.call(changePassword, { body: { old_password: alice.password, new_password: 'another horse 8' } })
    clock.forward(1_100)
    await expect(elsewhere.call(me)).rejects.toMatchObject({ status: 401 })
    await alice.call(me)
    await expect(
      alice.call(changePassword, { body: { old_password: 'not it 1234', new_password: 'another horse 9' } }),
    ).rejects.toMatchObject({ status: 401 })
  })

  test('sessions are listed and can be ended one by one', async () => {
    const alice = await app.person()
    const elsewhere = app.client({ 'user-agent': 'a phone' })
    await elsewhere.call(login, { body: { email: alice.email, password: alice.password } })
    const { items } = await alice.call(listSessions)
    expect(items).toHaveLength(2)
    const phone = items.find((it) => it.user_agent === 'a phone')!
    expect(phone.current).toBe(false)
    const bob = await app.person()
    await expect(bob.call(endSession, { params: { id: phone.id } })).rejects.toMatchObject({ status: 404 })
    await alice.call(endSession, { params: { id: phone.id } })
    await expect(elsewhere.call(me)).rejects.toMatchObject({ status: 401 })
  })

  test('log-in begins a new session and ends the one that the browser brought', async () => {
    const alice = await app.person()
    const before = new Map(alice.cookies)
    await alice.call(login, { body: { email: alice.email, password: alice.password } })
    expect(alice.cookies.get('mina_access')).not.toBe(before.get('mina_access'))
    const fixed = app.client()
    for (const [name, value] of before) fixed.cookies.set(name, value)
    await expect(fixed.call(me)).rejects.toMatchObject({ status: 401 })
  })
})

describe('recovery', () => {
  test('a reset link works once, for one hour, and ends all sessions', async () => {
    const alice = await app.person()
    await app.client().call(requestPasswordReset, { body: { email: alice.email } })
    const token = tokenIn(await app.mailTo(alice.email).then(() => waitForReset(alice.email)))
    const attempts = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) =>
        app.client().call(resetPassword, { body: { token, new_password: `fresh horse ${index + 10}` } }),
      ),
    )
    expect(attempts.filter((it) => it.status === 'fulfilled')).toHaveLength(1)
    clock.forward(1_100)
    await expect(alice.call(me)).rejects.toMatchObject({ status: 401 })
  })

  test('an expired link is refused', async () => {
    const alice = await app.person()
    await app.client().call(requestPasswordReset, { body: { email: alice.email } })
    const token = tokenIn(await waitForReset(alice.email))
    clock.forward(minutes(61))
    await expect(
      app.client().call(resetPassword, { body: { token, new_password: 'fresh horse 9' } }),
    ).rejects.toMatchObject({ status: 401 })
  })

  test('asking for an unknown address says the same; links carry the configured address only', async () => {
    const alice = await app.person()
    const ask = (email: string) =>
      app.client().raw('/api/auth/request-password-reset', {
        method: 'POST',
        body: JSON.stringify({ email }),
        headers: { 'content-type': 'application/json', host: 'evil.example', 'x-forwarded-host': 'evil.example' },
      })
    expect(await (await ask('nobody@example.org')).json()).toEqual(await (await ask(alice.email)).json())
    const mail = await waitForReset(alice.email)
    expect(mail).toContain(app.config.publicBaseUrl)
    expect(mail).not.toContain('evil.example')
  })

  test('a token of one purpose serves no other', async () => {
    const alice = await app.person()
    await alice.call(resendVerification)
    const token = tokenIn(await app.mailTo(alice.email))
    await expect(
      app.client().call(resetPassword, { body: { token, new_password: 'fresh horse 9' } }),
    ).rejects.toMatchObject({ status: 401 })
  })
})

async function waitForReset(email: string): Promise<string> {
  for (;;) {
    const mail = await app.mailTo(email)
    if (mail.includes('#/reset?token')) return mail
    await new Promise((done) => setImmediate(done))
  }
}

describe('keys', () => {
  test('a key is shown once, works, counts its uses and can be revoked', async () => {
    const alice = await app.person()
    const { key, api_key } = await alice.call(createKey, { body: { name: 'script' } })
    expect(api_key).toMatch(/^usr_/)
    const script = app.client({ 'x-api-key': api_key })
    expect((await script.call(me)).user.id).toBe(alice.user.id)
    expect((await app.client({ authorization: `Bearer ${api_key}` }).call(me)).user.id).toBe(alice.user.id)
    expect((await app.client({ authorization: `Token ${api_key}` }).call(me)).user.id).toBe(alice.user.id)
    expect(JSON.stringify(await alice.call(listKeys))).not.toContain(api_key)
    await alice.call(revokeKey, { params: { id: key.id } })
    await expect(script.call(me)).rejects.toMatchObject({ status: 401 })
  })

  test('a key does not manage keys, sessions or the account', async () => {
    const alice = await app.person()
    const { api_key } = await alice.call(createKey, { body: { name: 'script' } })
    const script = app.client({ 'x-api-key': api_key })
    await expect(script.call(createKey, { body: { name: 'more' } })).rejects.toMatchObject({ status: 403 })
    await expect(script.call(listSessions)).rejects.toMatchObject({ status: 403 })
    await expect(script.call(updateMe, { body: { name: 'x' } })).rejects.toMatchObject({ status: 403 })
  })

  test('a key expires, and its owner is told thirty days before', async () => {
    const alice = await app.person()
    const { api_key } = await alice.call(createKey, { body: { name: 'soon gone', expires_in_days: 1 } })
    const script = app.client({ 'x-api-key': api_key })
    await script.call(me)
    clock.forward(days(1) + 2_000)
    await expect(script.call(me)).rejects.toMatchObject({ status: 401 })
  })
})

describe('cross-site requests', () => {
  test('a write by cookie needs the token of its own session', async () => {
    const alice = await app.person()
    const bob = await app.person()
    const patch = (csrf: string | null) =>
      fetch(`${app.base}/api/auth/me`, {
        method: 'PATCH',
        headers: {
          cookie: [...alice.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
          'content-type': 'application/json',
          ...(csrf && { 'x-csrf-token': csrf }),
        },
        body: '{"name":"mallory"}',
      })
    for (const csrf of [null, 'made-up', bob.cookies.get('mina_csrf')!]) {
      const answer = await patch(csrf)
      expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([400, 'csrf'])
    }
    expect((await patch(alice.cookies.get('mina_csrf')!)).status).toBe(200)
    expect((await alice.call(me)).user.name).toBe('mallory')
  })

  test.each<Record<string, string>>([
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'http://127.0.0.1.evil.example' },
    { 'sec-fetch-site': 'cross-site' },
  ])('log-in and sign-up refuse %j', async (headers) => {
    const stranger = app.client(headers)
    await expect(
      stranger.call(register, { body: { email: 'x@example.org', password: 'correct horse 7' } }),
    ).rejects.toMatchObject({ code: 'csrf' })
  })
})
