import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createShare, deleteConversation, getCompleteness } from '@mina/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SpeechError } from '../../src/speech/errors.ts'
import { type TestApp, testApp, testClock } from '../app.ts'
import { bar } from '../bar.ts'
import { dice } from '../dice.ts'
import { finished, until, whole } from '../live/conversation.ts'
import { begin, chunksOfNoise, link, type TestLink } from '../live/link.ts'
import { talker } from '../live/talker.ts'

let app: TestApp
const clock = testClock()
const script: Parameters<typeof talker>[0] = {}
beforeAll(async () => {
  app = await testApp({ engines: [talker(script)], clock, env: { LIVE_SESSIONS_PER_USER: '3' } })
})
afterAll(async () => await app.close())

const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const sessionOf = async (conversationId: string) => {
  const { rows } = await app.database.pool.query('select * from live_sessions where conversation_id = $1', [
    conversationId,
  ])
  return rows[0] as { id: string; state: string; seen_at: Date; finished_at: Date | null }
}
const tapeOf = async (conversationId: string) =>
  await readFile(`${app.dataDir}/live/${(await sessionOf(conversationId)).id}.pcm`)
const resume = async (line: TestLink, resume_token: string) => {
  const ack = await line.ask('resume', { resume_token })
  if (!ack.ok) throw new Error(`${ack.code}: ${ack.message}`)
  return ack
}

test(
  'the link drops again and again, acknowledgements are lost: the kept sound is the source, each word is there once',
  async () => {
    const person = await app.person()
    const source = chunksOfNoise(12 * bar.breaks)
    const next01 = dice(bar.seed)
    const roll = (sides: number) => Math.floor(next01() * sides)
    let line = await link(person)
    const { conversation_id, resume_token } = await begin(line)
    let next = 0
    for (let breaks = 0; next < source.length; ) {
      const burst = 5 + roll(15)
      const asked = source.slice(next, next + burst).map((pcm, at) => line.ask('chunk', { seq: next + at, pcm }))
      if (breaks < bar.breaks) {
        breaks += 1
        // Some are answered, some are on their way, some acknowledgements never arrive.
        await Promise.race([asked[roll(asked.length)]!.catch(() => {}), asked[0]!.catch(() => {})])
        line.socket.io.engine.close()
        await Promise.allSettled(asked)
        line = await link(person)
      } else await Promise.all(asked)
      next = (await resume(line, resume_token)).next_seq
    }
    expect(hash(await tapeOf(conversation_id))).toBe(hash(Buffer.concat(source)))
    expect(await line.ask('stop', {})).toEqual({ ok: true, conversation_id })
    const { segments } = await finished(person, conversation_id)
    expect(segments.map((it) => it.text)).toEqual(
      Array.from({ length: (12 * bar.breaks) / 10 }, (_, second) => `second ${second}`),
    )
    // The stop's answer was lost and the client asks once more.
    const again = await link(person)
    expect((await resume(again, resume_token)).next_seq).toBe(source.length)
    expect(await again.ask('stop', {})).toEqual({ ok: true, conversation_id })
    line.close()
    again.close()
  },
  bar.patience(60_000),
)

test('doubled, reordered and missing numbers: kept once and in order, what is missing is asked for', async () => {
  const person = await app.person()
  const line = await link(person)
  const { conversation_id } = await begin(line)
  const source = chunksOfNoise(8, 320)
  const send = async (seq: number) => await line.ask('chunk', { seq, pcm: source[seq]! })
  expect(await send(0)).toEqual({ seq: 0, next_seq: 1 })
  expect(await send(0)).toEqual({ seq: 0, next_seq: 1 })
  expect(await send(3)).toEqual({ seq: 3, next_seq: 1 })
  expect(await send(2)).toEqual({ seq: 2, next_seq: 1 })
  expect((await line.hear('warning')).code).toBe('gap')
  expect(await send(1)).toMatchObject({ seq: 1 })
  await until(async () => ((await send(0)) as { next_seq: number }).next_seq === 4, 'what was held is kept')
  for (const seq of [5, 4, 6, 7, 7]) await send(seq)
  await until(async () => ((await send(0)) as { next_seq: number }).next_seq === 8, 'all is kept')
  expect(line.of('warning').filter((it) => it.code === 'gap')).toHaveLength(2)
  expect(hash(await tapeOf(conversation_id))).toBe(hash(Buffer.concat(source)))
  await line.ask('stop', {})
  line.close()
})

test('a chunk that is no sound gets its error, and the session lives', async () => {
  const person = await app.person()
  const line = await link(person)
  await begin(line)
  const wrong: unknown[] = [
    { seq: 0, pcm: 'text' },
    { seq: -1, pcm: Buffer.alloc(2) },
    { seq: 0, pcm: Buffer.alloc(3) },
  ]
  for (const message of [...wrong, {}, undefined, 7, { seq: 0, pcm: Buffer.alloc(0) }])
    expect(await line.ask('chunk', message as never)).toMatchObject({ ok: false, code: 'bad_request' })
  expect(await line.ask('chunk', { seq: 0, pcm: Buffer.alloc(320) })).toEqual({ seq: 0, next_seq: 1 })
  await line.ask('stop', {})
  line.close()
})

test('a second tab takes over: one writer, no gap, and the first is told', async () => {
  const person = await app.person()
  const first = await link(person)
  const { conversation_id, resume_token } = await begin(first)
  const source = chunksOfNoise(10, 320)
  for (const [seq, pcm] of source.slice(0, 5).entries()) await first.ask('chunk', { seq, pcm })
  const second = await link(person)
  expect((await resume(second, resume_token)).next_seq).toBe(5)
  expect(await first.hear('error')).toMatchObject({ code: 'conflict' })
  expect(await first.ask('chunk', { seq: 5, pcm: source[0]! })).toMatchObject({ ok: false, code: 'conflict' })
  for (const [at, pcm] of source.slice(5).entries()) await second.ask('chunk', { seq: 5 + at, pcm })
  expect(hash(await tapeOf(conversation_id))).toBe(hash(Buffer.concat(source)))
  await second.ask('stop', {})
  first.close()
  second.close()
})

test('a stranger neither resumes, feeds nor watches, and the owner notices nothing', async () => {
  const alice = await app.person()
  const bob = await app.person()
  const hers = await link(alice)
  const { conversation_id, resume_token } = await begin(hers)
  const his = await link(bob)
  expect(await his.ask('resume', { resume_token })).toMatchObject({ ok: false, code: 'not_found' })
  expect(await his.ask('start', { conversation_id })).toMatchObject({ ok: false, code: 'not_found' })
  expect(await his.ask('watch', { conversation_id })).toMatchObject({ ok: false, code: 'not_found' })
  expect(await his.ask('chunk', { seq: 0, pcm: Buffer.alloc(2) })).toMatchObject({ ok: false })
  expect(await his.ask('stop', {})).toMatchObject({ ok: false })
  expect(await hers.ask('chunk', { seq: 0, pcm: Buffer.alloc(320) })).toEqual({ seq: 0, next_seq: 1 })
  await hers.ask('stop', {})
  expect(his.heard.map((it) => it.name)).toEqual(['server_hello'])
  hers.close()
  his.close()
})

test('one account has so many sessions at once and no more', async () => {
  const person = await app.person()
  const lines = await Promise.all([1, 2, 3, 4].map(() => link(person)))
  for (const line of lines.slice(0, 3)) await begin(line)
  expect(await lines[3]!.ask('start', {})).toMatchObject({ ok: false, code: 'rate_limited' })
  await lines[0]!.ask('stop', {})
  expect(await lines[3]!.ask('start', {})).toMatchObject({ ok: true })
  for (const line of lines.slice(1)) await line.ask('stop', {})
  for (const line of lines) line.close()
})

test('a recording that was left is finished from its sound, and a phone that comes back goes on with it', async () => {
  const person = await app.person()
  const source = chunksOfNoise(35)
  const line = await link(person)
  const { conversation_id, resume_token } = await begin(line)
  for (const [seq, pcm] of source.slice(0, 25).entries()) await line.ask('chunk', { seq, pcm })
  line.close()
  await until(async () => {
    const { state, seen_at } = await sessionOf(conversation_id)
    // Once more where the server had not noticed yet that the line was gone.
    if (clock.now().getTime() - seen_at.getTime() < 181_000) clock.forward(181_000)
    return state === 'orphaned'
  }, 'the session is left')
  const left = await finished(person, conversation_id)
  expect(left.conversation).toMatchObject({ has_audio: true, duration_s: 3 })
  const back = await link(person)
  expect((await resume(back, resume_token)).next_seq).toBe(25)
  expect((await whole(person, conversation_id)).conversation.status).toBe('live')
  for (const [at, pcm] of source.slice(25).entries()) await back.ask('chunk', { seq: 25 + at, pcm })
  expect(hash(await tapeOf(conversation_id))).toBe(hash(Buffer.concat(source)))
  await back.ask('stop', {})
  const { conversation } = await until(async () => {
    const found = await finished(person, conversation_id)
    return found.segments.length === 4 && found
  }, 'the words of all four seconds')
  expect(conversation.duration_s).toBe(4)
  back.close()
}, 120_000)

test('the engine breaks: recording goes on, the missing words follow, times only grow', async () => {
  let streams = 0
  const stream = {
    ms: 1_500,
    error: new SpeechError('local', 'provider_failed', 'The engine broke.', { retryable: true }),
  }
  const broken = talker()
  const open = broken.stream!.bind(broken)
  const person = await app.person()
  const other = await testApp({
    engines: [
      {
        ...broken,
        async stream(options) {
          streams += 1
          if (streams === 1) return await talker({ breakAfter: stream }).stream!(options)
          if (streams < 4) throw stream.error
          return await open(options)
        },
      },
    ],
  })
  try {
    const owner = await other.person()
    const line = await link(owner)
    const { conversation_id } = await begin(line)
    for (const [seq, pcm] of chunksOfNoise(60).entries())
      expect(await line.ask('chunk', { seq, pcm })).toMatchObject({ next_seq: seq + 1 })
    expect(await line.hear('error')).toMatchObject({ code: 'provider_failed' })
    await line.hear('final', (it) => it.start_ms >= 5_000)
    await line.ask('stop', {})
    const { segments } = await finished(owner, conversation_id)
    const starts = segments.map((it) => it.start_ms)
    expect(starts).toEqual([...starts].sort((a, b) => a - b))
    expect(segments.at(-1)!.end_ms).toBe(6_000)
    const { totals } = await owner.call(getCompleteness, { params: { id: conversation_id } })
    expect(totals).toMatchObject({ transcribed: 6_000, pending: 0, failed: 0 })
    line.close()
  } finally {
    await other.close()
  }
  expect(person.user.id).toBeTruthy()
}, 60_000)

test('whoever signs out, or deletes what is recorded, is cut off at once', async () => {
  const person = await app.person()
  const line = await link(person)
  const { conversation_id } = await begin(line)
  await person.call(deleteConversation, { params: { id: conversation_id }, query: {} })
  expect(await line.hear('error')).toMatchObject({ code: 'not_found' })
  const gone = line.gone()
  await person.json('/api/auth/logout', {})
  await gone
  await expect(link(person)).rejects.toThrow(/token/i)
})

test('a viewer by link gets the captions of that conversation and nothing else, until the link ends', async () => {
  const person = await app.person()
  const line = await link(person)
  const { conversation_id } = await begin(line)
  const share = await person.call(createShare, { params: { id: conversation_id }, body: {} })
  const viewer = await link(person, { auth: { share: share.token }, extraHeaders: {} })
  await viewer.ask('watch', { conversation_id })
  for (const [seq, pcm] of chunksOfNoise(10).entries()) await line.ask('chunk', { seq, pcm })
  expect(await viewer.hear('final')).toMatchObject({ text: 'second 0', conversation_id })
  await expect(viewer.socket.timeout(300).emitWithAck('session:start', {})).rejects.toThrow()
  const gone = viewer.gone()
  await app.database.pool.query('update shares set revoked_at = now() where id = $1', [share.id])
  await gone
  await expect(link(person, { auth: { share: share.token }, extraHeaders: {} })).rejects.toThrow(/no longer open/)
  await line.ask('stop', {})
  line.close()
})

test('pages of other sites get no connection, cookies none without an origin, tokens do', async () => {
  const person = await app.person()
  const cookie = [...person.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const foreign = ['https://evil.example', 'null', `${app.base}.evil.example`]
  for (const origin of foreign)
    for (const transports of [['websocket'], ['polling']])
      await expect(link(person, { transports, extraHeaders: { origin, cookie } })).rejects.toThrow()
  const polled = await fetch(`${app.base}/socket.io/?EIO=4&transport=polling`, { headers: { origin: foreign[0]! } })
  expect([polled.status, polled.headers.get('access-control-allow-origin')]).toEqual([403, null])
  await expect(link(person, { extraHeaders: { cookie } })).rejects.toThrow('Cookies need an Origin header')
  const answer = await app.client().json('/auth/login', { email: person.email, password: person.password })
  const { access_token } = (await answer.json()) as { access_token: string }
  const line = await link(person, { extraHeaders: {}, auth: { token: access_token } })
  expect(await begin(line)).toMatchObject({ next_seq: 0 })
  await line.ask('stop', {})
  line.close()
})

test('a message of more than a megabyte ends its connection, not the recording', async () => {
  const person = await app.person()
  const line = await link(person)
  const { resume_token } = await begin(line)
  line.socket.emit('audio_chunk', { seq: 0, pcm: Buffer.alloc(1_200_000) })
  await line.gone()
  const back = await link(person)
  expect((await resume(back, resume_token)).next_seq).toBe(0)
  await back.ask('stop', {})
  back.close()
})
