import { createKey } from '@mina/contract'
import { io } from 'socket.io-client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApp, testApp, testClock } from '../../../test/app.ts'
import { finished, until } from '../../../test/live/conversation.ts'
import { begin, chunksOfNoise, link } from '../../../test/live/link.ts'
import { talker } from '../../../test/live/talker.ts'

const clock = testClock()
const engine = talker()
let app: TestApp
beforeAll(async () => {
  const priced = {
    ...engine,
    stream: async (options: Parameters<NonNullable<typeof engine.stream>>[0]) => ({
      ...(await engine.stream!(options)),
      cost_usd: () => 0.25,
    }),
  }
  // Left sessions are looked for the more often the sooner they count as left.
  app = await testApp({ engines: [priced], clock, env: { LIVE_ORPHAN_SECONDS: '8' } })
})
afterAll(async () => await app.close())

const isDeleted = async (id: string) => {
  const { rows } = await app.database.pool.query('select deleted_at from conversations where id = $1', [id])
  return rows.length === 0 || rows[0].deleted_at !== null
}
const orphaned = async (id: string) => {
  const { rows } = await app.database.pool.query(
    "select 1 from live_sessions where conversation_id = $1 and state = 'orphaned' and finished_at is not null",
    [id],
  )
  return rows.length > 0
}

test('a recording that was begun and left leaves nothing; one that holds sound stays', async () => {
  const person = await app.person()
  const [empty, kept] = await Promise.all([link(person), link(person)])
  const nothing = await begin(empty)
  const something = await begin(kept)
  await kept.ask('chunk', { seq: 0, pcm: chunksOfNoise(1)[0]! })
  empty.close()
  kept.close()
  clock.forward(181_000)
  await until(
    async () => (await orphaned(nothing.conversation_id)) && (await orphaned(something.conversation_id)),
    'both are left',
  )
  // Who was without a line for some minutes goes on with it.
  expect(await isDeleted(nothing.conversation_id)).toBe(false)
  clock.forward(3_600_000)
  await until(async () => await isDeleted(nothing.conversation_id), 'the empty one is removed')
  expect(await isDeleted(something.conversation_id)).toBe(false)
}, 120_000)

test('what live words cost is entered once, beside the seconds of the whole recording', async () => {
  const person = await app.person()
  const line = await link(person)
  const { conversation_id } = await begin(line)
  for (const [seq, pcm] of chunksOfNoise(20).entries()) await line.ask('chunk', { seq, pcm })
  await line.ask('stop', {})
  line.close()
  await finished(person, conversation_id)
  const entries = async () => {
    const { rows } = await app.database.pool.query(
      'select service, endpoint, audio_seconds, cost_usd from usage_events where user_id = $1',
      [person.user.id],
    )
    return rows.map((it) => ({ ...it, audio_seconds: Number(it.audio_seconds), cost_usd: Number(it.cost_usd) }))
  }
  const all = await until(async () => {
    const found = await entries()
    return found.some((it) => it.audio_seconds > 0) && found
  }, 'the seconds are entered')
  expect(all.filter((it) => it.cost_usd > 0)).toEqual([
    { service: 'transcription.local', endpoint: 'live', audio_seconds: 0, cost_usd: 0.25 },
  ])
  expect(all.reduce((sum, it) => sum + it.audio_seconds, 0)).toBe(2)
}, 60_000)

test('a recording into which nobody speaks gives its place to others, and goes on where it was when somebody does', async () => {
  const person = await app.person()
  const line = await link(person)
  const { conversation_id, resume_token } = await begin(line)
  const [first, second] = chunksOfNoise(2)
  await line.ask('chunk', { seq: 0, pcm: first! })
  await line.ask('pause', {})
  clock.forward(901_000)
  expect(await line.hear('error')).toMatchObject({ code: 'timeout', message: expect.stringContaining('Resume') })
  expect(await line.ask('chunk', { seq: 1, pcm: second! })).toMatchObject({ ok: false, code: 'unavailable' })
  expect(await line.ask('resume', { resume_token })).toMatchObject({ ok: true, conversation_id, next_seq: 1 })
  expect(await line.ask('chunk', { seq: 1, pcm: second! })).toEqual({ seq: 1, next_seq: 2 })
  await line.ask('stop', {})
  line.close()
}, 60_000)

test('a phone whose chunks have no numbers goes on by itself after a long silence, in the same conversation', async () => {
  const person = await app.person()
  const { api_key } = await person.call(createKey, { body: { name: 'phone' } })
  const socket = io(`${app.base}/audio-stream?lang=en`, {
    ...{ transports: ['websocket'], reconnection: false, forceNew: true },
    auth: { token: api_key },
  })
  const complaints: string[] = []
  const heard: string[] = []
  socket.on('error', ({ message }: { message: string }) => complaints.push(message))
  socket.on(
    'transcription',
    (it: { transcript: string; is_final: boolean }) => it.is_final && heard.push(it.transcript),
  )
  await new Promise((done) => socket.once('connected', done))
  const speak = () => {
    for (const pcm of chunksOfNoise(11)) socket.emit('audio_chunk', { audio_chunk: pcm.toString('base64') })
  }
  const session = async () => {
    const { rows } = await app.database.pool.query(
      'select conversation_id, process from live_sessions where user_id = $1',
      [person.user.id],
    )
    return rows[0] as { conversation_id: string; process: string | null }
  }
  speak()
  await until(async () => heard.length === 1, 'the first words')
  clock.forward(901_000)
  await until(async () => (await session()).process === null, 'its place is free')
  speak()
  await until(async () => heard.length === 3, 'the next words')
  const stopped = new Promise((done) => socket.once('streaming_stopped', done))
  socket.emit('stop_streaming')
  await stopped
  socket.disconnect()
  const { conversation } = await finished(person, (await session()).conversation_id)
  expect([conversation.duration_s, complaints]).toEqual([2, []])
}, 60_000)
