import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createKey, createShare, createWebhook, login, putSegment, requestPasswordReset } from '@mina/contract'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { wavBytes } from '../../src/audio/wav.ts'
import { root } from '../../src/config/index.ts'
import { fakeRecogniser } from '../../src/speech/fake.ts'
import { type TestApp, type TestPerson, testApp } from '../app.ts'
import { begin, link } from '../live/link.ts'
import { ended, idOf, send } from '../recordings.ts'
import { until } from '../until.ts'

/** What an operator sets and must never see again, each recognisable wherever it turns up. */
const secrets = Object.fromEntries(
  [
    'SECRET_KEY',
    'JWT_SECRET_KEY',
    'API_KEY',
    'METRICS_TOKEN',
    'DEEPGRAM_API_KEY',
    'OPENAI_API_KEY',
    'ASSEMBLYAI_API_KEY',
    'DEEPSEEK_API_KEY',
    'GOOGLE_API_KEY',
    'LIBRETRANSLATE_API_KEY',
    'LLM_API_KEY',
    'SPEECH_API_KEY',
    'SMTP_PASSWORD',
  ].map((name) => [name, `canary-${name.toLowerCase().replaceAll('_', '-')}-0123456789abcdef`]),
)
const SPOKEN = 'xylograph'
/** A recording of this length makes the engine fail as programs do, not as engines should. */
const BREAKING_MS = 500
const sound = (ms: number) => wavBytes(Int16Array.from({ length: ms * 16 }, (_, at) => Math.sin(at / 8) * 8_000))
const wav = sound(1_000)

/** The worst of providers: fails, and repeats all that it was shown. */
const hostile = createServer(async (request, response) => {
  let body = ''
  for await (const chunk of request) body += chunk
  const said = JSON.stringify({ error: { message: `${JSON.stringify(request.headers)} ${request.url} ${body}` } })
  response.writeHead(400, { 'content-type': 'application/json' }).end(said)
})

let app: TestApp
let alice: TestPerson
let talk: string
/** Every answer that a caller got, with its address. */
const answers: string[] = []
const ask = async (caller: Pick<TestPerson, 'raw'>, path: string, body?: unknown, method = body ? 'POST' : 'GET') => {
  const isForm = body instanceof FormData || body instanceof Blob
  const answer = await caller.raw(path, {
    method,
    ...(body !== undefined && { body: isForm ? (body as FormData) : JSON.stringify(body) }),
    ...(body !== undefined && !isForm && { headers: { 'content-type': 'application/json' } }),
  })
  answers.push(`${answer.status} ${JSON.stringify([...answer.headers])} ${await answer.text()}`)
  return answer
}
const form = (fields: Record<string, string>, field = 'audio', content = wav) => {
  const body = new FormData()
  for (const [name, value] of Object.entries(fields)) body.set(name, value)
  body.set(field, new Blob([new Uint8Array(content)]), 'talk.wav')
  return body
}

beforeAll(async () => {
  await new Promise<void>((done) => hostile.listen(0, '127.0.0.1', done))
  const url = `http://127.0.0.1:${(hostile.address() as AddressInfo).port}`
  const bases = ['DEEPGRAM', 'ASSEMBLYAI', 'DEEPSEEK', 'GOOGLE_TRANSLATE'].map((it) => [`${it}_BASE_URL`, url])
  app = await testApp({
    engines: [
      fakeRecogniser({
        name: 'local',
        transcripts: ({ duration_ms }) =>
          duration_ms === BREAKING_MS
            ? new TypeError(`it broke at "${SPOKEN}"`)
            : { utterances: [{ start_ms: 0, end_ms: 900, text: `An old ${SPOKEN}.`, confidence: 0.9 }] },
      }),
    ],
    env: {
      ...secrets,
      ...Object.fromEntries(bases),
      OPENAI_BASE_URL: `${url}/v1`,
      LLM_BASE_URL: `${url}/v1`,
      LIBRETRANSLATE_URL: url,
      DEEPSEEK_WEBHOOK_URL: `${url}/hook`,
      SMTP_HOST: '127.0.0.1',
      SMTP_PORT: '9',
      SMTP_USERNAME: 'mina',
      RATE_LIMITS: 'off',
      OUTBOUND_ALLOW: '127.0.0.1',
      LOG_LEVEL: 'debug',
    },
  })
  alice = await app.person({ password: `correct ${SPOKEN} 7` })
  talk = await idOf(await send(alice, new Uint8Array(wav), `${SPOKEN}.wav`))
  await ended(alice, talk)
}, 60_000)
afterAll(async () => {
  await app.close()
  hostile.closeAllConnections()
  hostile.close()
})

test('whatever is done, no secret and nothing that was said comes out where it does not belong', async () => {
  const { api_key } = await alice.call(createKey, { body: { name: 'script' } })
  const share = await alice.call(createShare, { params: { id: talk }, body: { can_comment: true } })
  const { secret } = await alice.call(createWebhook, {
    body: { url: 'http://127.0.0.1:9/hook', events: ['conversation.finished', 'job.done', 'job.failed'] },
  })
  await app.client().call(requestPasswordReset, { body: { email: alice.email } })
  const key = app.client({ 'x-api-key': api_key })
  const other = app.client()
  await other.call(login, { body: { email: alice.email, password: alice.password } })

  await ask(app.client(), '/api/auth/login', { email: alice.email, password: `wrong ${SPOKEN} 1` })
  await ask(app.client({ 'x-api-key': `${api_key}x` }), '/api/auth/me')
  await ask(app.client({ authorization: `Bearer ${SPOKEN}` }), '/api/auth/me')
  await ask(app.client({ 'x-api-key': secrets.API_KEY! }), '/saas/jobs')
  await ask(app.client(), '/api/shares/AAAAAAAAAAAAAAAAAAAAAA')
  await ask(app.client(), '/metrics')
  for (const path of ['deepgram', 'assemblyai', 'whisper']) await ask(key, `/transcriptions/${path}`, form({}))
  await ask(key, '/v1/audio/transcriptions', form({ model: 'whisper-1' }, 'file'))
  for (const path of ['google', 'openai', 'libretranslate', 'local'])
    await ask(key, `/translations/${path}`, { text: `An old ${SPOKEN}.`, target_language: 'it' })
  await ask(key, '/translations/deepseek', form({ text: SPOKEN, target_language: 'it', isLocal: 'true' }, 'file'))
  await ask(key, '/sentiment', { text: `Ein alter ${SPOKEN} liegt auf dem Tisch und niemand weiß warum.` })
  await ask(alice, `/api/conversations/${talk}/translate`, { target_language: 'it' })
  await ask(alice, `/api/conversations/${talk}/insights`, { engine: 'model' })
  await ask(key, '/saas/jobs', form({ type: 'transcription' }, 'file'))
  await ask(key, '/saas/jobs', { type: 'translation', input_ref: `job:${talk}`, options: { target_language: 'it' } })
  await ask(key, '/api/links', { url: `http://user:${SPOKEN}@127.0.0.1/${SPOKEN}` })
  await ask(key, '/api/links', { url: 'http://127.0.0.1:9/talk.wav' })
  await ask(alice, '/webhooks', { url: `https://user:${SPOKEN}@example.org/`, events: ['job.done'] })
  await ask(alice, '/api/conversations', { title: { [SPOKEN]: SPOKEN } })
  const broken = await idOf(await send(alice, new Uint8Array(sound(BREAKING_MS)), 'broken.wav'))
  const socket = await link(alice)
  await begin(socket, { title: SPOKEN })
  await socket.ask('chunk', { seq: 0, pcm: Buffer.alloc(3) })
  for (let seq = 0; seq < 12; seq += 1) await socket.ask('chunk', { seq, pcm: Buffer.alloc(3_200, seq) })
  await socket.ask('stop', {})
  socket.close()
  const idle =
    "select count(*)::int as n from pgboss.job where state in ('created', 'retry', 'active') and name not like '\\_\\_%'"
  const kinds = "and name in ('jobs.run', 'understanding.translate', 'understanding.analyse')"
  await until(
    async () => (await app.database.pool.query(`${idle} ${kinds}`)).rows[0].n === 0,
    'the work to end',
    40_000,
  )

  const attempts = "select output->>'message' as message from pgboss.job where output->>'message' like '%TypeError%'"
  await until(async () => (await app.database.pool.query(attempts)).rows.length > 0, 'an attempt to be noted')
  await ended(alice, broken)

  const metrics = await app.client({ authorization: `Bearer ${secrets.METRICS_TOKEN}` }).raw('/metrics')
  const jobs = await app.database.pool.query('select name, data, output, singleton_key from pgboss.job')
  const places: Record<string, string> = {
    logs: app.logged(),
    answers: answers.filter((it) => !it.startsWith('2')).join('\n'),
    metrics: await metrics.text(),
    jobs: JSON.stringify(jobs.rows),
  }
  expect(metrics.status).toBe(200)
  const hidden = { ...secrets, alice: alice.password, api_key, share: share.token, secret, spoken: SPOKEN }
  const cookies = [...alice.cookies].filter(([name]) => name !== 'mina_csrf')
  for (const [place, content] of Object.entries(places)) {
    expect([place, content.length > 100]).toEqual([place, true])
    const found = Object.entries({ ...hidden, ...Object.fromEntries(cookies) }).filter(([, it]) => content.includes(it))
    expect([place, found]).toEqual([place, []])
  }
  // Those that went well may repeat what their caller said, and nothing of the operator's.
  for (const it of answers) for (const value of Object.values(secrets)) expect(it).not.toContain(value)
}, 90_000)

test('the database holds hashes of what opens doors, and nothing sealed in the clear', async () => {
  const bob = await app.person()
  const { api_key } = await bob.call(createKey, { body: { name: 'script' } })
  const { id } = await bob.conversation()
  const share = await bob.call(createShare, { params: { id }, body: {} })
  const { secret } = await bob.call(createWebhook, { body: { url: 'https://example.org/', events: ['job.done'] } })
  const socket = await link(bob)
  const { resume_token } = await begin(socket)
  await socket.ask('stop', {})
  socket.close()
  const { rows } = await app.database.pool.query<{ name: string }>(
    "select quote_ident(table_schema) || '.' || quote_ident(table_name) as name from information_schema.tables where table_schema in ('public', 'pgboss') and table_type = 'BASE TABLE'",
  )
  let dump = ''
  for (const { name } of rows) dump += JSON.stringify((await app.database.pool.query(`select * from ${name}`)).rows)
  expect(dump).toContain(bob.email)
  const shown = { api_key, share: share.token, secret, resume_token, password: bob.password, ...secrets }
  expect(Object.entries(shown).filter(([, value]) => dump.includes(value))).toEqual([])
})

describe('what is published', () => {
  /** The shapes of keys that are worth something, as scanners know them. */
  const KEYS =
    '(sk-(proj-)?[A-Za-z0-9_-]{32,}|AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36}|AIza[0-9A-Za-z_-]{35}|xox[baprs]-[0-9A-Za-z-]{20,}|-----BEGIN ([A-Z]+ )?PRIVATE KEY-----[^\\\\`])'

  test('git holds no key', ({ skip }) => {
    const options = { cwd: root, encoding: 'utf8' } as const
    if (spawnSync('git', ['rev-parse'], options).status !== 0) skip('this is no checkout')
    const { status, stdout } = spawnSync(
      'git',
      ['grep', '-nIE', '-e', KEYS, '--', ':!*.lock', ':!package-lock.json'],
      options,
    )
    expect([status, stdout]).toEqual([1, ''])
  })

  test('the web app holds no key, no secret’s name and no map to its sources', async ({ skip }) => {
    const folder = join(root, 'web/dist')
    if (!existsSync(folder)) skip('the web app is not built')
    for (const name of await readdir(folder, { recursive: true })) {
      if (!/\.(js|css|html|json|webmanifest)$/.test(name)) continue
      const content = await readFile(join(folder, name), 'utf8')
      expect([name, new RegExp(KEYS).exec(content)?.[0]]).toEqual([name, undefined])
      for (const secret of Object.keys(secrets)) expect([name, content.includes(`${secret}:`)]).toEqual([name, false])
      expect([name, /sourceMappingURL/.test(content)]).toEqual([name, false])
    }
  })
})

describe('when something breaks inside', () => {
  const PLAIN = /^Something went wrong on our side\. It has been noted\.$/
  const failed = async (caller: Pick<TestPerson, 'raw'>, path: string, body?: unknown) => {
    const answer = await ask(caller, path, body)
    const text = answers.at(-1)!
    expect([path, answer.status, answer.headers.get('x-request-id') !== null]).toEqual([path, 500, true])
    expect(text).not.toMatch(/\.ts\b|\bat \w+|select |insert |relation|node_modules|xylograph/)
    const json = text.slice(text.indexOf('{'))
    const { message, error, err_msg } = JSON.parse(json) as {
      message?: string
      error?: string | { message: string }
      err_msg?: string
    }
    expect(message ?? err_msg ?? (typeof error === 'string' ? error : error?.message)).toMatch(PLAIN)
    return answer.headers.get('x-request-id')!
  }

  test('in the database: plain words, a request id that leads to the log, and no SQL', async () => {
    const { api_key } = await alice.call(createKey, { body: { name: 'script' } })
    const key = app.client({ 'x-api-key': api_key })
    for (const table of ['tasks', 'jobs', 'conversations'])
      await app.database.pool.query(`alter table ${table} rename to ${table}_away`)
    try {
      const paths = ['/api/conversations', `/api/conversations/${talk}/tasks`, '/api/search?q=a', '/saas/jobs']
      for (const path of paths) {
        const id = await failed(path.startsWith('/saas') ? key : alice, path)
        const line = app
          .logged()
          .split('\n')
          .find((it) => it.includes(id) && it.includes('request failed'))
        expect(JSON.parse(line ?? '{}')).toMatchObject({ level: 'error', code: 'internal' })
      }
      const socket = await link(alice)
      const ack = await socket.ask('start', {})
      expect(ack).toMatchObject({
        ok: false,
        code: 'internal',
        message: expect.stringMatching(/^Something went wrong/),
      })
      expect(JSON.stringify(ack)).not.toMatch(/relation|select|insert/)
      socket.close()
    } finally {
      for (const table of ['tasks', 'jobs', 'conversations'])
        await app.database.pool.query(`alter table ${table}_away rename to ${table}`)
    }
    expect((await alice.raw('/api/conversations')).status).toBe(200)
  })

  test('in an engine, in the shape of each family, without a word of what was heard', async () => {
    const broken = sound(BREAKING_MS)
    await failed(alice, '/transcriptions/local', form({}, 'audio', broken))
    await failed(alice, '/v1/audio/transcriptions', form({ model: 'whisper-1' }, 'file', broken))
    await failed(alice, '/v1/listen', new Blob([new Uint8Array(broken)], { type: 'audio/wav' }))
  })
})

test('line ends and colours in what callers send stay inside one line of JSON', async () => {
  const wild = { 'user-agent': 'a\u009b31m\u0085', 'x-request-id': 'mine' }
  await alice.call(putSegment, {
    params: { id: (await alice.conversation('one\r\ntwo \u001b[2J')).id },
    body: { idx: 0, start_ms: 0, end_ms: 1, text: 'x\r\n{"level":"error"}\u001b[31m', is_final: true },
  })
  const paths = ['/api/%0d%0a%1b[31m', '/api/conversations/%0d%0a{"level":"error"}', '/v1/models/%1b%5b2J?q=%0a']
  for (const path of paths) await (await app.client(wild).raw(path)).text()
  const lines = app.logged().trim().split('\n')
  for (const line of lines)
    expect(JSON.parse(line)).toMatchObject({ level: expect.any(String), time: expect.any(String) })
  for (const sign of ['\u001b', '\r']) expect(app.logged()).not.toContain(sign)
})
