import { readFile } from 'node:fs/promises'
import { DeepgramClient } from '@deepgram/sdk'
import { createKey } from '@mina/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { beginningWith } from '../../src/speech/engines/local/ignored.ts'
import { SpeechError } from '../../src/speech/errors.ts'
import type { StreamOptions, Warning } from '../../src/speech/port.ts'
import { type TestApp, testApp } from '../app.ts'
import { until } from '../live/conversation.ts'
import { talker } from '../live/talker.ts'
import { ffmpeg, soundFolder, speak } from '../sounds.ts'

const asked: StreamOptions[] = []
let refusal: Error | undefined
let warnings: Warning[] = []
/** Tells what it was asked, and can be full. */
function engine() {
  const heard = talker()
  return {
    ...heard,
    async stream(options: StreamOptions) {
      if (refusal) throw refusal
      asked.push(options)
      return beginningWith(warnings, await heard.stream!(options))
    },
  }
}

let app: TestApp
let key: string
let folder: Awaited<ReturnType<typeof soundFolder>>
beforeAll(async () => {
  folder = await soundFolder()
  app = await testApp({ engines: [engine()] })
  const person = await app.person()
  key = (await person.call(createKey, { body: { name: 'sdk' } })).api_key
})
afterAll(async () => {
  await app.close()
  await folder.remove()
})

type Message = { type: string } & Record<string, unknown>
interface Alternatives {
  channel: { alternatives: { transcript: string; words: { word: string; start: number; end: number }[] }[] }
}
const textOf = (it: unknown) => (it as Alternatives).channel.alternatives[0]?.transcript

async function connection(options: Record<string, string>) {
  const ws = app.base.replace('http', 'ws')
  const environment = { base: app.base, production: ws, agent: ws, agentRest: app.base }
  const sdk = new DeepgramClient({ apiKey: key, environment })
  return await sdk.listen.v1.connect({ model: 'nova-3', reconnectAttempts: 0, ...options } as never)
}

/** What the official client says of a connection that is refused. */
async function listeningFails(): Promise<string> {
  const line = await connection({ encoding: 'linear16' })
  const said = new Promise<string>((done) => line.on('error', (error) => done(error.message)))
  line.connect()
  return await said
}

async function listening(options: Record<string, string>) {
  const heard: Message[] = []
  const line = await connection(options)
  let closed: number | undefined
  line.on('message', (message) => heard.push(message as unknown as Message))
  line.on('close', (event) => {
    closed = (event as { code: number }).code
  })
  line.connect()
  await line.waitForOpen()
  return {
    connection: line,
    heard,
    of: (type: string) => heard.filter((it) => it.type === type),
    closed: () => until(async () => closed, 'the connection is closed'),
  }
}

test('the official client streams raw samples and is told all that Deepgram tells', async () => {
  const line = await listening({ encoding: 'linear16', sample_rate: '16000', interim_results: 'true' })
  line.connection.sendKeepAlive({ type: 'KeepAlive' })
  for (let at = 0; at < 25; at += 1) line.connection.sendMedia(new Uint8Array(3_200))
  await until(async () => line.of('Results').filter((it) => it.is_final).length === 2, 'two finals are told')
  expect(line.of('Results').map((it) => [textOf(it), it.is_final])).toEqual([
    ['second 0', false],
    ['second 0', true],
    ['second 1', false],
    ['second 1', true],
  ])
  expect(line.of('Results')[1]).toMatchObject({
    channel_index: [0, 1],
    start: 0,
    duration: 1,
    speech_final: true,
    from_finalize: false,
    metadata: { request_id: expect.any(String), model_info: { name: 'nova-3' } },
  })
  expect((line.of('Results')[1] as unknown as Alternatives).channel.alternatives[0]!.words).toMatchObject([
    { word: 'second', start: 0, end: 0.5 },
    { word: '0', start: 0.5, end: 1 },
  ])
  line.connection.sendFinalize({ type: 'Finalize' })
  await until(async () => line.of('Results').some((it) => it.from_finalize), 'the rest is finalised')
  line.connection.sendCloseStream({ type: 'CloseStream' })
  expect(await line.closed()).toBe(1000)
  expect(line.of('Metadata')).toMatchObject([{ duration: 2.5, channels: 1, sha256: expect.stringMatching(/^\w{64}$/) }])
})

test('opus in webm and ogg, and telephone sound, are decoded', async () => {
  const wav = await speak(`${folder.path}/talk.wav`, { text: 'The tide comes in twice a day and goes out again.' })
  await ffmpeg('-i', wav, '-c:a', 'libopus', '-f', 'webm', `${folder.path}/talk.webm`)
  await ffmpeg('-i', wav, '-c:a', 'libopus', `${folder.path}/talk.ogg`)
  await ffmpeg('-i', wav, '-ar', '8000', '-f', 'mulaw', `${folder.path}/talk.mulaw`)
  const lengths: number[] = []
  for (const [name, options] of [
    ['talk.webm', {}],
    ['talk.ogg', { encoding: 'ogg-opus' }],
    ['talk.mulaw', { encoding: 'mulaw', sample_rate: '8000' }],
  ] as const) {
    const line = await listening(options)
    const bytes = await readFile(`${folder.path}/${name}`)
    for (let at = 0; at < bytes.length; at += 4_000) line.connection.sendMedia(bytes.subarray(at, at + 4_000))
    line.connection.sendCloseStream({ type: 'CloseStream' })
    expect(await line.closed()).toBe(1000)
    expect(line.of('Results').length).toBeGreaterThanOrEqual(2)
    lengths.push(Number(line.of('Metadata')[0]!.duration))
  }
  const seconds = ((await readFile(wav)).length - 44) / 32_000
  for (const it of lengths) expect(it).toBeGreaterThan(seconds - 0.2)
  for (const it of lengths) expect(it).toBeLessThan(seconds + 0.2)
})

const raw = (query: string, protocols: string[] = [], headers: Record<string, string> = {}) =>
  new WebSocket(`${app.base.replace('http', 'ws')}/v1/listen?${query}`, protocols, { headers })

test('a wrong key is refused at the upgrade, and browsers bring theirs as a protocol', async () => {
  const wrong = raw('', [], { authorization: 'Token usr_wrong' })
  const answer = await new Promise<{ statusCode?: number; headers: Record<string, unknown> }>((done) =>
    wrong.once('unexpected-response', (_request, response) => done(response)),
  )
  expect(answer.statusCode).toBe(401)
  expect(answer.headers).toMatchObject({ 'dg-error': 'Invalid credentials.', 'dg-request-id': expect.any(String) })

  const right = raw('encoding=linear16', ['token', key], { origin: 'https://anywhere.example' })
  await new Promise((done) => right.once('open', done))
  expect(right.protocol).toBe('token')
  const code = new Promise((done) => right.once('close', (it) => done(it)))
  right.send('{"type":"Nonsense"}')
  expect(await code).toBe(1008)
})

test('what is no sound closes with the code that clients know', async () => {
  const socket = raw('', [], { authorization: `Token ${key}` })
  await new Promise((done) => socket.once('open', done))
  const closed = new Promise((done) => socket.once('close', (code, reason) => done([code, String(reason)])))
  socket.send(Buffer.from('<html>'.repeat(4_000)))
  socket.send('{"type":"CloseStream"}')
  expect(await closed).toEqual([1008, 'DATA-0000'])
})

test('words to expect are handed on to the engine', async () => {
  const socket = raw('encoding=linear16&keyterm=Skagen&keyterm=Mina%20Rossi&keywords=harbour:2', [], {
    authorization: `Token ${key}`,
  })
  await new Promise((done) => socket.once('open', done))
  expect(asked.at(-1)).toMatchObject({ sampleRate: 16_000, vocabulary: ['Skagen', 'Mina Rossi', 'harbour'] })
  socket.close()
})

test('what the engine leaves out stands in the metadata, as for a file', async () => {
  const message = 'The built-in engine does not use: vocabulary.'
  warnings = [{ code: 'option_ignored', message }]
  const line = await listening({ encoding: 'linear16', sample_rate: '16000', keyterm: 'Skagen' })
  warnings = []
  for (let at = 0; at < 10; at += 1) line.connection.sendMedia(new Uint8Array(3_200))
  line.connection.sendCloseStream({ type: 'CloseStream' })
  expect(await line.closed()).toBe(1000)
  const told = [{ parameter: 'option_ignored', type: 'warning', message }]
  expect(line.of('Results')[0]).toMatchObject({ metadata: { warnings: told } })
  expect(line.of('Metadata')).toMatchObject([{ warnings: told }])
})

test('an engine without room refuses before the connection, and says when to come again', async () => {
  const full = 'This machine already follows 2 live conversations.'
  refusal = new SpeechError('local', 'unavailable', full, { retryable: true, retryAfter: 30 })
  const socket = raw('encoding=linear16', [], { authorization: `Token ${key}` })
  const answer = await new Promise<{ statusCode?: number; headers: Record<string, unknown> }>((done) =>
    socket.once('unexpected-response', (_request, response) => done(response)),
  )
  expect(answer.statusCode).toBe(503)
  expect(answer.headers).toMatchObject({ 'dg-error': full, 'retry-after': '30' })
  const sdk = await listeningFails()
  expect(sdk).toContain('503')
  refusal = undefined
  const line = await listening({ encoding: 'linear16', sample_rate: '16000' })
  line.connection.sendCloseStream({ type: 'CloseStream' })
  expect(await line.closed()).toBe(1000)
})

test('options that make no sense are refused before the connection', async () => {
  const socket = raw('sample_rate=many', [], { authorization: `Token ${key}` })
  const status = await new Promise((done) =>
    socket.once('unexpected-response', (_request, response) => done(response.statusCode)),
  )
  expect(status).toBe(400)
})
