import { createHmac } from 'node:crypto'
import {
  linkOidc,
  me,
  oidcMe,
  oidcUserinfo,
  platformLogin,
  platformLogout,
  platformProfile,
  platformRefresh,
  protectedTest,
} from '@mina/contract'
import { exportSPKI, importJWK, SignJWT, UnsecuredJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestApp, testApp } from '../app.ts'
import { type Issuer, startIssuer } from '../doubles/oidc/issuer.ts'

const AUDIENCE = 'https://mina.example/api'

let issuer: Issuer
let app: TestApp
beforeAll(async () => {
  issuer = await startIssuer(AUDIENCE)
  app = await testApp({
    env: {
      AUTH0_DOMAIN: issuer.issuer,
      AUTH0_AUDIENCE: AUDIENCE,
      RATE_READ_PER_MINUTE: '1000000',
      RATE_LOGIN_PER_MINUTE: '100000',
      RATE_TOKEN_PER_MINUTE: '100000',
    },
  })
})
afterAll(async () => {
  await app.close()
  await issuer.close()
})

const bearer = (token: string) => app.client({ authorization: `Bearer ${token}` })
const status = async (token: string) => (await bearer(token).raw('/api/auth/me')).status

describe("an external issuer's tokens", () => {
  test('a good token makes its account at first and finds it again', async () => {
    const first = await bearer(await issuer.token()).call(me)
    const again = await bearer(await issuer.token()).call(me)
    expect(again.user.id).toBe(first.user.id)
    const stranger = await bearer(await issuer.token({ sub: 'auth0|eve' })).call(me)
    expect(stranger.user.id).not.toBe(first.user.id)
  })

  test('the seeds’ three calls speak of the token', async () => {
    const caller = bearer(await issuer.token())
    expect(await caller.call(oidcMe)).toMatchObject({
      user_id: 'auth0|ada',
      user: { sub: 'auth0|ada', iss: issuer.issuer },
    })
    expect(await caller.call(protectedTest)).toMatchObject({ user_id: 'auth0|ada', authenticated: true })
    expect(await caller.call(oidcUserinfo)).toEqual({ sub: 'auth0|ada', nickname: 'Bearer' })
  })

  test('wrong audience, wrong issuer, expired: nobody', async () => {
    expect(await status(await issuer.token({ aud: 'https://other.example' }))).toBe(401)
    expect(await status(await issuer.token({ iss: 'https://evil.example/' }))).toBe(401)
    expect(await status(await issuer.token({ expiresIn: '-1m' }))).toBe(401)
  })

  test('none, a public key used as a secret, a key named by the token itself: nobody', async () => {
    const claims = { sub: 'auth0|ada', iss: issuer.issuer, aud: AUDIENCE, exp: Math.floor(Date.now() / 1000) + 300 }
    expect(await status(new UnsecuredJWT(claims).encode())).toBe(401)
    const pem = await exportSPKI((await importJWK(issuer.publicKey(), 'RS256', { extractable: true })) as never)
    const body = [{ alg: 'HS256', typ: 'JWT', kid: 'first' }, claims]
      .map((it) => Buffer.from(JSON.stringify(it)).toString('base64url'))
      .join('.')
    const confused = `${body}.${createHmac('sha256', pem).update(body).digest('base64url')}`
    expect(await status(confused)).toBe(401)
    const jku = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', jku: 'https://evil.example/keys' })
      .sign(new TextEncoder().encode('x'.repeat(32)))
    expect(await status(jku)).toBe(401)
  })

  test('a thousand unknown key ids ask for the keys at most once', async () => {
    await bearer(await issuer.token()).call(me)
    const before = issuer.keyRequests()
    for (let at = 0; at < 20; at += 1)
      await Promise.all(
        Array.from({ length: 50 }, async (_, n) => status(await issuer.token({ kid: `unknown-${at}-${n}` }))),
      )
    expect(issuer.keyRequests() - before).toBeLessThanOrEqual(1)
  })

  test('an issuer that is away does not sign out those who hold good tokens', async () => {
    const token = await issuer.token()
    issuer.goAway(true)
    expect(await status(token)).toBe(200)
    issuer.goAway(false)
  })

  test('an account is linked when its owner asks, and once', async () => {
    const alice = await app.person()
    const token = await issuer.token({ sub: 'auth0|alice' })
    await alice.call(linkOidc, { body: { token } })
    expect((await bearer(token).call(me)).user.id).toBe(alice.user.id)
    const bob = await app.person()
    await expect(bob.call(linkOidc, { body: { token } })).rejects.toMatchObject({ code: 'exists' })
  })
})

describe('our own tokens', () => {
  test('refresh rotates, log-out ends both for good, a cookie is no Bearer token', async () => {
    const alice = await app.person()
    const login = await app.client().call(platformLogin, { body: { email: alice.email, password: alice.password } })
    expect(await bearer(login.access_token).call(platformProfile)).toMatchObject({ user: { email: alice.email } })
    const renewed = await bearer(login.refresh_token).call(platformRefresh)
    expect(renewed.refresh_token).not.toBe(login.refresh_token)
    await bearer(renewed.access_token).call(platformLogout)
    expect(await status(renewed.access_token)).toBe(401)
    await expect(bearer(renewed.refresh_token).call(platformRefresh)).rejects.toMatchObject({ status: 401 })
    expect(await status(alice.cookies.get('mina_access')!)).toBe(401)
    expect(await status(login.refresh_token)).toBe(401)
  })

  test('the database holds nothing that could be used', async () => {
    const alice = await app.person()
    const login = await app.client().call(platformLogin, { body: { email: alice.email, password: alice.password } })
    const { rows } = await app.database.pool.query<{ table: string }>(
      "select table_name as table from information_schema.tables where table_schema = 'public'",
    )
    let dump = ''
    for (const { table } of rows)
      dump += JSON.stringify((await app.database.pool.query(`select * from "${table}"`)).rows)
    expect(dump).toContain(alice.email)
    for (const secret of [login.access_token, login.refresh_token, alice.password, alice.cookies.get('mina_refresh')!])
      expect(dump).not.toContain(secret)
  })
})
