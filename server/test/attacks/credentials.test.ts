import { randomUUID } from 'node:crypto'
import {
  createConversation,
  createKey,
  createShare,
  deleteConversation,
  deleteMe,
  listUsers,
  login,
  me,
  platformLogin,
  refresh,
  updateUser,
} from '@mina/contract'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestApp, type TestPerson, testApp, testClock } from '../app.ts'
import { type Issuer, startIssuer } from '../doubles/oidc/issuer.ts'
import { until } from '../until.ts'

const AUDIENCE = 'https://mina.example/api'
const canary = (what: string) => `canary-${what}-q7Zs0lXvT4nB9cW2eK6yR1uM8pJ5dHgA3fLo`
const secrets = {
  SECRET_KEY: canary('secret'),
  JWT_SECRET_KEY: canary('jwt'),
  API_KEY: canary('static'),
  METRICS_TOKEN: canary('metrics'),
  OPENAI_API_KEY: canary('openai'),
  DEEPGRAM_API_KEY: canary('deepgram'),
  SMTP_PASSWORD: canary('smtp'),
}

let issuer: Issuer
let app: TestApp
let admin: TestPerson
const clock = testClock()
beforeAll(async () => {
  issuer = await startIssuer(AUDIENCE)
  app = await testApp({
    clock,
    env: {
      ...secrets,
      ...{ AUTH0_DOMAIN: issuer.issuer, AUTH0_AUDIENCE: AUDIENCE, RATE_LOGIN_PER_MINUTE: '100000' },
      ...{ SMTP_HOST: '127.0.0.1', SMTP_PORT: '1', SMTP_USERNAME: 'mina' },
      ...{ OPENAI_BASE_URL: 'http://127.0.0.1:1/v1', DEEPGRAM_BASE_URL: 'http://127.0.0.1:1' },
    },
  })
  admin = await app.administrator()
})
afterAll(async () => {
  await app.close()
  await issuer.close()
})

const bearer = (token: string) => app.client({ authorization: `Bearer ${token}` })

test('a disabled user is nobody, whatever they show', async () => {
  const alice = await app.person()
  const { access_token } = await app
    .client()
    .call(platformLogin, { body: { email: alice.email, password: alice.password } })
  const { api_key } = await alice.call(createKey, { body: { name: 'script' } })
  const external = await issuer.token({ sub: `auth0|${randomUUID()}` })
  const { user: linked } = (await bearer(external).call(me)) as { user: { id: string } }
  const all = {
    cookie: alice,
    token: bearer(access_token),
    key: app.client({ 'x-api-key': api_key }),
    oidc: bearer(external),
  }
  for (const client of Object.values(all)) expect((await client.raw('/api/auth/me')).status).toBe(200)
  for (const id of [alice.user.id, linked.id])
    await admin.call(updateUser, { params: { id }, body: { is_active: false } })
  clock.forward(1_100)
  for (const [name, client] of Object.entries(all))
    expect([name, (await client.raw('/api/auth/me')).status]).toEqual([name, 401])
  const again = app.client().call(login, { body: { email: alice.email, password: alice.password } })
  await expect(again).rejects.toMatchObject({ status: 401 })
})

test('an account of an issuer, which has no password, can be deleted by its owner', async () => {
  const token = await issuer.token({ sub: `auth0|${randomUUID()}` })
  const { user } = await bearer(token).call(me)
  await bearer(token).call(deleteMe, { body: { password: '-' } })
  const { rowCount } = await app.database.pool.query('select from users where id = $1', [user.id])
  expect(rowCount).toBe(0)
})

describe('the audit log', () => {
  test('has log-in, re-use, share, export, deletion and denial, with who and from where', async () => {
    const alice = await app.person()
    await alice.call(login, { body: { email: alice.email, password: alice.password } })
    const failed = app.client().call(login, { body: { email: alice.email, password: 'wrong horse 7' } })
    await expect(failed).rejects.toMatchObject({ status: 401 })
    const { id } = await alice.call(createConversation, { body: {} })
    await alice.call(createShare, { params: { id }, body: {} })
    await (await alice.raw('/api/auth/export')).arrayBuffer()
    await alice.call(deleteConversation, { params: { id }, query: {} })
    await expect(alice.call(listUsers, { query: {} })).rejects.toMatchObject({ status: 403 })
    const stolen = new Map(alice.cookies)
    await alice.call(refresh)
    clock.forward(11_000)
    for (const [name, value] of stolen) alice.cookies.set(name, value)
    await expect(alice.call(refresh)).rejects.toMatchObject({ status: 401 })

    const wanted = [
      'register',
      'login',
      'login_failed',
      'share_create',
      'account_export',
      'delete',
      'denied',
      'token_reuse',
    ]
    // A denial is answered before it is on record.
    const found = await until(async () => {
      const { rows } = await app.database.pool.query<{ action: string; ip: string | null }>(
        'select action, ip from audit where actor_id = $1',
        [alice.user.id],
      )
      const actions = new Map(rows.map((row) => [row.action, row.ip]))
      return wanted.every((it) => actions.has(it)) && actions
    }, `the log to have ${wanted}`)
    for (const action of ['register', 'login', 'login_failed', 'account_export', 'denied', 'token_reuse'])
      expect([action, found.get(action)]).toEqual([action, '127.0.0.1'])
  })

  test.each(["update audit set action = 'nothing'", 'delete from audit', 'truncate audit'])(
    'takes no %s',
    async (change) => {
      await expect(app.database.pool.query(change)).rejects.toThrow('the audit log only grows')
    },
  )
})

test('no secret reaches a log line, an answer, a metric or a job', async () => {
  const alice = await app.person()
  const sound = new Blob([new Uint8Array(2_000)])
  const answers: string[] = []
  const say = async (answer: Response) => answers.push(await answer.text())
  for (const provider of ['whisper', 'deepgram']) {
    const body = new FormData()
    body.append('audio', sound, 'talk.wav')
    await say(await alice.raw(`/transcriptions/${provider}`, { method: 'POST', body }))
  }
  await say(await alice.json('/translations/openai', { text: 'Good morning', target_language: 'it' }))
  await say(await app.client({ 'x-api-key': secrets.API_KEY }).raw('/api/auth/me'))
  await say(await app.client({ authorization: `Bearer ${secrets.METRICS_TOKEN}` }).raw('/metrics'))
  await say(await admin.raw('/api/admin/health'))
  for (const path of ['/health', '/openapi.json', '/', '/api/nothing']) await say(await alice.raw(path))
  const { rows } = await app.database.pool.query('select to_jsonb(job) from pgboss.job')
  const said = [...answers, app.logged(), JSON.stringify(rows)]
  expect(app.logged()).toContain('mail not sent')
  for (const text of said) expect(text).not.toContain('canary-')
})
