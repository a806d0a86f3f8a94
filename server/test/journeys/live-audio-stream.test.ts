import { createKey } from '@mina/contract'
import { io, type Socket } from 'socket.io-client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApp, type TestPerson, testApp } from '../app.ts'
import { finished } from '../live/conversation.ts'
import { chunksOfNoise } from '../live/link.ts'
import { careless, talker } from '../live/talker.ts'

let app: TestApp
let person: TestPerson
let token: string
let apiKey: string
beforeAll(async () => {
  app = await testApp({ engines: [talker()] })
  person = await app.person()
  const answer = await app.client().json('/auth/login', { email: person.email, password: person.password })
  token = ((await answer.json()) as { access_token: string }).access_token
  apiKey = (await person.call(createKey, { body: { name: 'phone' } })).api_key
})
afterAll(async () => await app.close())

const open = (auth: Record<string, unknown>, lang = 'it', to = app): Socket =>
  io(`${to.base}/audio-stream?lang=${lang}`, {
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
    auth,
  })
const hear = (socket: Socket, name: string) =>
  new Promise<Record<string, unknown>>((done) => socket.once(name, (message) => done(message)))
const newest = async () => {
  const { rows } = await app.database.pool.query(
    'select conversations.id, source, conversations.language, kind from conversations join live_sessions on conversation_id = conversations.id order by created_at desc limit 1',
  )
  return rows[0] as { id: string; source: string; language: string; kind: string }
}

test('a mobile client streams, is told words, stops; the conversation is kept', async () => {
  const socket = open({ token })
  expect(await hear(socket, 'connected')).toEqual({
    message: 'Successfully connected to audio streaming service',
    user_id: person.user.id,
    auth_type: 'jwt',
    language: 'it',
    timestamp: expect.stringMatching(/Z$/),
  })
  const words = hear(socket, 'transcription')
  for (const pcm of chunksOfNoise(21)) socket.emit('audio_chunk', { audio_chunk: pcm.toString('base64') })
  expect(await words).toMatchObject({ transcript: 'second 0', is_final: false, confidence: 0 })
  socket.emit('stop_streaming')
  expect(await hear(socket, 'streaming_stopped')).toEqual({
    message: 'Streaming stopped successfully',
    timestamp: expect.any(String),
  })
  const late = hear(socket, 'error')
  socket.emit('audio_chunk', { audio_chunk: 'AAAA' })
  expect(await late).toMatchObject({ message: 'Connection not initialized' })
  const row = await newest()
  expect(row).toMatchObject({ source: 'stream', language: 'it', kind: 'audio-stream' })
  const { segments, conversation } = await finished(person, row.id)
  expect(segments.map((it) => it.text)).toEqual(['second 0', 'second 1', 'second 2'])
  expect(conversation.duration_s).toBe(2)
  socket.disconnect()
})

test('what the engine leaves out is told, and the stream goes on', async () => {
  const other = await testApp({ engines: [careless('The built-in engine does not use: vocabulary.')] })
  try {
    const { api_key } = await (await other.person()).call(createKey, { body: { name: 'phone' } })
    const socket = open({ token: api_key }, 'en', other)
    const warning = hear(socket, 'warning')
    await hear(socket, 'connected')
    expect(await warning).toEqual({
      code: 'option_ignored',
      message: 'The built-in engine does not use: vocabulary.',
      timestamp: expect.stringMatching(/Z$/),
    })
    for (const pcm of chunksOfNoise(10)) socket.emit('audio_chunk', { audio_chunk: pcm.toString('base64') })
    expect(await hear(socket, 'transcription')).toMatchObject({ transcript: 'second 0' })
    socket.disconnect()
  } finally {
    await other.close()
  }
})

test('where there is no room for live words the client is told, and the recording is kept', async () => {
  const other = await testApp({ engines: [talker()], env: { LIVE_STREAMS: '0' } })
  try {
    const { api_key } = await (await other.person()).call(createKey, { body: { name: 'phone' } })
    const socket = open({ token: api_key }, 'en', other)
    expect(await hear(socket, 'warning')).toMatchObject({ code: 'full', message: expect.stringContaining('recorded') })
    socket.emit('stop_streaming')
    await hear(socket, 'streaming_stopped')
    socket.disconnect()
  } finally {
    await other.close()
  }
})

test('a client that just goes away leaves a finished conversation', async () => {
  const socket = open({ token: apiKey }, 'xx')
  expect(await hear(socket, 'connected')).toMatchObject({
    auth_type: 'api_key',
    language: 'en',
    warning: expect.any(String),
  })
  for (const pcm of chunksOfNoise(10)) socket.emit('audio_chunk', { audio_chunk: pcm.toString('base64') })
  await hear(socket, 'transcription')
  const { id } = await newest()
  socket.disconnect()
  expect((await finished(person, id)).conversation.duration_s).toBe(1)
})

test('what is not sound gets its error and the stream lives', async () => {
  const socket = open({ token })
  const early = hear(socket, 'error')
  socket.on('connect', () => socket.emit('audio_chunk', { audio_chunk: 'AAAA' }))
  expect(await early).toMatchObject({ message: 'Connection not initialized' })
  const errors: string[] = []
  socket.on('error', ({ message }: { message: string }) => errors.push(message))
  await hear(socket, 'connected')
  for (const wrong of ['not base64!', 'AAA', 'AA==AA==', 'AA==', 7, null])
    socket.emit('audio_chunk', { audio_chunk: wrong })
  socket.emit('audio_chunk', undefined)
  socket.emit('audio_chunk', { audio_chunk: '' })
  for (const pcm of chunksOfNoise(10)) socket.emit('audio_chunk', { audio_chunk: pcm.toString('base64') })
  await hear(socket, 'transcription')
  expect(errors).toEqual(Array.from({ length: 7 }, () => 'Invalid audio data format'))
  socket.disconnect()
})

test('whoever can not prove who they are is refused in the words of the seeds', async () => {
  const reason = async (auth: Record<string, unknown>) => {
    const socket = open(auth)
    const message = await new Promise<string>((done) => socket.once('connect_error', (error) => done(error.message)))
    socket.disconnect()
    return message
  }
  expect(await reason({})).toBe('Connection rejected: No authentication token provided')
  expect(await reason({ token: 'wrong' })).toBe('Connection rejected: Invalid or expired authentication token')
})

test('a revoked key ends its stream', async () => {
  const { key, api_key } = await person.call(createKey, { body: { name: 'lost phone' } })
  const socket = open({ token: api_key })
  await hear(socket, 'connected')
  const gone = new Promise<void>((done) => socket.once('disconnect', () => done()))
  await app.database.pool.query('update api_keys set is_active = false where id = $1', [key.id])
  await gone
})
