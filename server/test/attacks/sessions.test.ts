import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  changePassword,
  createKey,
  invite,
  logout,
  me,
  platformLogin,
  platformProfile,
  platformRefresh,
  refresh,
  register,
  requestPasswordReset,
  resetPassword,
  revokeKey,
  updateUser,
  verifyEmail,
} from '@mina/contract'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startServer } from '../../src/composition/server.ts'
import { client, freePort, type TestApp, type TestPerson, testApp, testClock } from '../app.ts'
import { begin, chunksOfNoise, link } from '../live/link.ts'
import { talker } from '../live/talker.ts'
import { until } from '../until.ts'

let app: TestApp
let admin: TestPerson
const clock = testClock()
beforeAll(async () => {
  app = await testApp({ clock, roles: ['web'], engines: [talker()], env: { RATE_LIMITS: 'off' } })
  admin = await app.administrator()
})
afterAll(() => app.close())

/** What is remembered of a session is forgotten after a second. */
const aSecond = () => clock.forward(1_100)
const bearer = (token: string) => app.client({ authorization: `Bearer ${token}` })
const copyOf = (person: TestPerson, base = app.base) => {
  const other = client(base)
  for (const [name, value] of person.cookies) other.cookies.set(name, value)
  return other
}
const tokensOf = (person: TestPerson) =>
  app.client().call(platformLogin, { body: { email: person.email, password: person.password } })
const byToken = (person: TestPerson, token: string) => link(person, { extraHeaders: {}, auth: { token } })
const within = async (gone: Promise<void>, ms: number) => {
  const began = Date.now()
  await gone
  expect(Date.now() - began).toBeLessThan(ms)
}

describe('a refresh token that comes again', () => {
  test('within ten seconds is a lost answer: the same successor, still signed in', async () => {
    const alice = await app.person()
    const [one, two] = [copyOf(alice), copyOf(alice)]
    await one.call(refresh)
    clock.forward(9_000)
    await two.call(refresh)
    expect(two.cookies.get('mina_refresh')).toBe(one.cookies.get('mina_refresh'))
    const { refresh_token } = await tokensOf(alice)
    const first = await bearer(refresh_token).call(platformRefresh)
    const many = await Promise.all(Array.from({ length: 20 }, () => bearer(refresh_token).call(platformRefresh)))
    expect(new Set([first, ...many].map((it) => it.refresh_token)).size).toBe(1)
    await bearer(many[7]!.access_token).call(platformProfile)
  })

  test('later is theft: the family, its access tokens and its sockets are dead', async () => {
    const alice = await app.person()
    const { access_token, refresh_token } = await tokensOf(alice)
    const socket = await byToken(alice, access_token)
    const renewed = await bearer(refresh_token).call(platformRefresh)
    const second = await byToken(alice, renewed.access_token)
    clock.forward(11_000)
    const gone = Promise.all([socket.gone(), second.gone()]).then(() => {})
    await expect(bearer(refresh_token).call(platformRefresh)).rejects.toMatchObject({ status: 401 })
    await within(gone, 5_000)
    for (const token of [access_token, renewed.access_token])
      await expect(bearer(token).call(platformProfile)).rejects.toMatchObject({ status: 401 })
    await expect(bearer(renewed.refresh_token).call(platformRefresh)).rejects.toMatchObject({ status: 401 })
    const { rows } = await app.database.pool.query(
      "select actor_id from audit where action = 'token_reuse' and actor_id = $1",
      [alice.user.id],
    )
    expect(rows).toHaveLength(1)
    // Only this family: the browser goes on.
    await alice.call(me)
  })
})

describe('what ends a session ends all of it', () => {
  test('log-out: access, refresh and socket at once, and on a server that has only now started', async () => {
    const alice = await app.person()
    const [access, renewing] = [copyOf(alice), copyOf(alice)]
    const socket = await link(alice)
    await begin(socket)
    const gone = socket.gone()
    await alice.call(logout)
    await within(gone, 3_000)
    await expect(access.call(me)).rejects.toMatchObject({ status: 401 })
    await expect(renewing.call(refresh)).rejects.toMatchObject({ status: 401 })
    const port = await freePort()
    const base = `http://127.0.0.1:${port}`
    const next = await startServer({ ...app.config, port, publicBaseUrl: base }, ['web'], { engines: [talker()] })
    try {
      const [there, later] = [client(base), client(base)]
      for (const it of [there, later]) for (const [name, value] of access.cookies) it.cookies.set(name, value)
      await expect(there.call(me)).rejects.toMatchObject({ status: 401 })
      await expect(later.call(refresh)).rejects.toMatchObject({ status: 401 })
      await expect(link({ base, cookies: access.cookies })).rejects.toThrow(/token/i)
    } finally {
      await next.stop()
    }
  })

  test('a new password: sockets of the other sessions, not of this one', async () => {
    const alice = await app.person()
    const { access_token } = await tokensOf(alice)
    const [here, there] = [await link(alice), await byToken(alice, access_token)]
    const gone = there.gone()
    await alice.call(changePassword, { body: { old_password: alice.password, new_password: 'another horse 8' } })
    await within(gone, 3_000)
    await expect(bearer(access_token).call(platformProfile)).rejects.toMatchObject({ status: 401 })
    expect(here.socket.connected).toBe(true)
    here.close()
  })

  test('an account that is switched off: every credential, and what is open', async () => {
    const alice = await app.person()
    const { api_key } = await alice.call(createKey, { body: { name: 'script' } })
    const { access_token, refresh_token } = await tokensOf(alice)
    const sockets = [await link(alice), await byToken(alice, access_token), await byToken(alice, api_key)]
    const gone = Promise.all(sockets.map((it) => it.gone())).then(() => {})
    await admin.call(updateUser, { params: { id: alice.user.id }, body: { is_active: false } })
    aSecond()
    await within(gone, 5_000)
    const callers = [copyOf(alice), bearer(access_token), bearer(api_key), app.client({ 'x-api-key': api_key })]
    for (const caller of callers) await expect(caller.call(me)).rejects.toMatchObject({ status: 401 })
    await expect(copyOf(alice).call(refresh)).rejects.toMatchObject({ status: 401 })
    await expect(bearer(refresh_token).call(platformRefresh)).rejects.toMatchObject({ status: 401 })
    await expect(tokensOf(alice)).rejects.toMatchObject({ status: 401 })
    for (const token of [access_token, api_key]) await expect(byToken(alice, token)).rejects.toThrow(/token/i)
  })

  test('a key that is revoked: its socket, which can not come back by the state it left', async () => {
    const alice = await app.person()
    const { key, api_key } = await alice.call(createKey, { body: { name: 'phone' } })
    const socket = await byToken(alice, api_key)
    await until(async () => Reflect.get(socket.socket, '_pid') as string | undefined, 'the state to be kept')
    const state = { pid: Reflect.get(socket.socket, '_pid') as string, offset: 'x' }
    const gone = socket.gone()
    await alice.call(revokeKey, { params: { id: key.id } })
    aSecond()
    await within(gone, 3_000)
    for (const auth of [{ ...state, token: api_key }, state])
      await expect(link(alice, { extraHeaders: {}, auth })).rejects.toThrow(/token/i)
  })

  test('a state that was left can not be taken up by another, nor without a credential', async () => {
    const [alice, bob] = [await app.person(), await app.person()]
    const hers = await link(alice)
    const { conversation_id } = await begin(hers)
    const pid = await until(async () => Reflect.get(hers.socket, '_pid') as string | undefined, 'the state to be kept')
    hers.socket.io.engine.close()
    const auth = { pid, offset: 'x' }
    await expect(link(alice, { extraHeaders: {}, auth })).rejects.toThrow(/token/i)
    const { access_token } = await tokensOf(bob)
    const his = await link(bob, { extraHeaders: {}, auth: { ...auth, token: access_token } })
    expect(await his.ask('stop', {})).toMatchObject({ ok: false })
    expect(await his.ask('watch', { conversation_id })).toMatchObject({ ok: false, code: 'not_found' })
    his.close()
  })
})

describe('tokens of one purpose', () => {
  const inLink = (mail: string, route: string) => new RegExp(`#/${route}\\?\\w+=([\\w-]+)`).exec(mail)?.[1]

  test('open nothing else, and once only', async () => {
    const alice = await app.person()
    const verify = inLink(await app.mailTo(alice.email), 'verify')!
    await app.client().call(requestPasswordReset, { body: { email: alice.email } })
    const reset = await until(async () => inLink(await app.mailTo(alice.email), 'reset'), 'the mail')
    const { url } = await admin.call(invite, { body: { email: 'guest@example.org' } })
    const invitation = /invitation=([\w-]+)/.exec(url)![1]!
    const { access_token, refresh_token } = await tokensOf(alice)
    const all = { verify, reset, invitation, access_token, refresh_token, cookie: alice.cookies.get('mina_access')! }
    const answersOf = async (token: string) => {
      const statuses = await Promise.all([
        app.client().json('/api/auth/verify-email', { token }),
        app.client().json('/api/auth/reset-password', { token, new_password: 'fresh horse 12' }),
        bearer(token).raw('/api/auth/me'),
        bearer(token).raw('/auth/refresh', { method: 'POST' }),
        app.client({ 'x-api-key': token }).raw('/api/auth/me'),
        app.client({ cookie: `mina_access=${token}` }).raw('/api/auth/me'),
        app.client().raw(`/api/shares/${token}`),
      ])
      return statuses.map((it) => it.status)
    }
    const seen: Record<string, number[]> = {}
    // What is good for its own purpose goes last, since it is used up then.
    for (const name of ['invitation', 'refresh_token', 'access_token', 'cookie', 'verify', 'reset'] as const)
      seen[name] = await answersOf(all[name])
    expect(seen).toEqual({
      invitation: [401, 401, 401, 401, 401, 401, 404],
      refresh_token: [401, 401, 401, 200, 401, 401, 404],
      access_token: [401, 401, 200, 401, 401, 401, 404],
      cookie: [401, 401, 401, 401, 401, 200, 404],
      verify: [200, 401, 401, 401, 401, 401, 404],
      reset: [401, 200, 401, 401, 401, 401, 404],
    })
    await expect(app.client().call(verifyEmail, { body: { token: verify } })).rejects.toMatchObject({ status: 401 })
    const again = { token: reset, new_password: 'fresh horse 13' }
    await expect(app.client().call(resetPassword, { body: again })).rejects.toMatchObject({ status: 401 })
    const body = { email: `${crypto.randomUUID()}@example.org`, password: 'correct horse 7', invitation: verify }
    await expect(app.client().call(register, { body })).rejects.toThrow()
  })
})

test('a token that expires while somebody records leaves no gap, and a new one goes on', async () => {
  const alice = await app.person()
  const { access_token, refresh_token } = await tokensOf(alice)
  const line = await byToken(alice, access_token)
  const { resume_token } = await begin(line)
  const source = chunksOfNoise(12, 320)
  for (const [seq, pcm] of source.slice(0, 4).entries()) await line.ask('chunk', { seq, pcm })
  clock.forward(61 * 60_000)
  await expect(byToken(alice, access_token)).rejects.toThrow(/token/i)
  for (const [at, pcm] of source.slice(4, 8).entries())
    expect(await line.ask('chunk', { seq: 4 + at, pcm })).toMatchObject({ next_seq: 5 + at })
  line.socket.io.engine.close()
  const renewed = await bearer(refresh_token).call(platformRefresh)
  const back = await byToken(alice, renewed.access_token)
  expect(await back.ask('resume', { resume_token })).toMatchObject({ ok: true, next_seq: 8 })
  for (const [at, pcm] of source.slice(8).entries()) await back.ask('chunk', { seq: 8 + at, pcm })
  const { rows } = await app.database.pool.query('select id from live_sessions where user_id = $1', [alice.user.id])
  const kept = await readFile(join(app.dataDir, 'live', `${rows[0].id}.pcm`))
  expect(kept.equals(Buffer.concat(source))).toBe(true)
  await back.ask('stop', {})
  back.close()
})

test('a platform token lasts an hour, its session thirty idle days', async () => {
  const alice = await app.person()
  const { access_token, refresh_token } = await tokensOf(alice)
  clock.forward(61 * 60_000)
  await expect(bearer(access_token).call(platformProfile)).rejects.toMatchObject({ status: 401 })
  const { refresh_token: next } = await bearer(refresh_token).call(platformRefresh)
  clock.forward(30 * 86_400_000 + 1_000)
  await expect(bearer(next).call(platformRefresh)).rejects.toMatchObject({ status: 401 })
})
