import { createKey, listConversations } from '@mina/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, type TestApp, type TestPerson, testApp } from '../app.ts'
import { line, socketOf } from '../doubles/network/line.ts'
import { begin, chunksOfNoise, link } from '../live/link.ts'
import { talker } from '../live/talker.ts'
import { ended, idOf, send } from '../recordings.ts'
import { ffmpeg, soundFolder } from '../sounds.ts'
import { until } from '../until.ts'

let wire: Awaited<ReturnType<typeof line>>
let app: TestApp
let alice: TestPerson
let key: Client
/** Conversations that were acknowledged while it came back. */
let made = 0
let sounds: Awaited<ReturnType<typeof soundFolder>>
beforeAll(async () => {
  sounds = await soundFolder()
  await ffmpeg('-f', 'lavfi', '-i', 'sine=d=2', '-ar', '16000', `${sounds.path}/tone.wav`)
  app = await testApp({
    engines: [talker()],
    async throughLine(url) {
      wire = await line(socketOf(url))
      return `postgresql://mina@127.0.0.1:${wire.port}${new URL(url).pathname}`
    },
    env: { RATE_LIMITS: 'off' },
  })
  alice = await app.person()
  key = app.client({ 'x-api-key': (await alice.call(createKey, { body: { name: 'script' } })).api_key })
})
afterAll(async () => {
  await app.close()
  wire.close()
  await sounds.remove()
})

const asked = async (answer: Promise<Response>) => {
  const began = Date.now()
  const { status, headers } = await answer.then(async (it) => {
    await it.arrayBuffer()
    return it
  })
  return { status, ms: Date.now() - began, retryAfter: headers.get('retry-after') }
}

/** One call of each kind, in the families' own ways. */
const calls = () => [
  alice.raw('/api/conversations'),
  alice.json('/api/conversations', { title: 'Lost?' }),
  key.raw('/saas/jobs'),
  key.raw('/v1/models'),
  key.raw('/v1/projects'),
  app.client().json('/api/auth/login', { email: alice.email, password: alice.password }),
  app.client().raw('/api/shares/AAAAAAAAAAAAAAAAAAAAAA'),
]

/** All refuse in time while it is away; all are served soon after it is back, and what was begun goes on. */
async function survives(leave: () => unknown, comeBack: () => unknown) {
  const id = await idOf(await send(alice, `${sounds.path}/tone.wav`, 'tone.wav'))
  const line = await link(alice)
  const { resume_token } = await begin(line)
  const [first, second] = chunksOfNoise(2)
  expect(await line.ask('chunk', { seq: 0, pcm: first! })).toMatchObject({ next_seq: 1 })

  try {
    await leave()
    const left = Date.now()
    const away = await Promise.all(calls().map(asked))
    expect(away.map((it) => it.status)).toEqual(away.map(() => 503))
    // Within five seconds; a busy machine has three times that.
    expect(Math.max(...away.map((it) => it.ms))).toBeLessThan(15_000)
    await until(
      async () => (await app.client().raw('/readyz')).status === 503,
      'the server to say that it is not ready',
    )
    expect(Date.now() - left).toBeLessThan(15_000)
    // The sound is a file: it is kept although nothing else is.
    expect(await line.ask('chunk', { seq: 1, pcm: second! })).toMatchObject({ next_seq: 2 })
    // Health is about the process alone, or a restart would be tried for nothing.
    expect((await app.client().raw('/healthz')).status).toBe(200)
  } finally {
    // Whatever was found: a second try begins with a database.
    await comeBack()
  }
  const returned = Date.now()
  const served = [200, 200, 200, 200, 200, 200, 404]
  await until(async () => {
    const back = await Promise.all(calls().map(asked))
    if (back[1]?.status === 200) made += 1
    return String(back.map((it) => it.status)) === String(served)
  }, 'all calls to be served again')
  expect(Date.now() - returned).toBeLessThan(10_000)
  await until(async () => (await app.client().raw('/readyz')).ok, 'the server to be ready again')
  expect(await line.ask('resume', { resume_token })).toMatchObject({ ok: true, next_seq: 2 })
  expect(await line.ask('stop', {})).toMatchObject({ ok: true })
  line.close()
  expect((await ended(alice, id)).conversation.status).toBe('final')
  expect(app.logged()).not.toContain('postgresql://')
}

test('a database that was stopped: 503 at once, and healthy within seconds of its return', {
  timeout: 120_000,
}, async () => {
  await survives(
    () => wire.close(),
    async () => {
      wire = await line(socketOf(app.database.url), wire.port)
    },
  )
  // What was refused was not done, and what was acknowledged was done once.
  const { items } = await alice.call(listConversations, { query: { q: 'Lost?' } })
  expect(items).toHaveLength(made)
})

test('a database that falls silent, with every connection open: the same', { timeout: 120_000 }, async () => {
  await survives(
    () => wire.fallSilent(),
    () => wire.speak(),
  )
})
