import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { listConversations } from '@mina/contract'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { wavBytes } from '../../src/audio/wav.ts'
import { fakeRecogniser } from '../../src/speech/fake.ts'
import { type TestApp, type TestPerson, testApp } from '../app.ts'
import { bar } from '../bar.ts'
import { dice } from '../dice.ts'
import { ended, idOf } from '../recordings.ts'
import { until } from '../until.ts'

const MB = 1_048_576
let app: TestApp
let alice: TestPerson
beforeAll(async () => {
  app = await testApp({
    engines: [fakeRecogniser({ name: 'local' })],
    env: { MAX_MEDIA_MB: '2', MAX_UPLOAD_MB: '2', RATE_LIMITS: 'off' },
  })
})
afterAll(() => app.close())
beforeEach(async () => {
  alice = await app.person()
})

const wav = Buffer.from(wavBytes(Int16Array.from({ length: 16_000 }, (_, at) => Math.sin(at / 8) * 8_000)))
const boundary = 'b0undary'
const partOf = (name: string, filename: string, content: Uint8Array) =>
  Buffer.concat([
    Buffer.from(
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"; filename="${filename}"\r\nContent-Type: audio/wav\r\n\r\n`,
    ),
    content,
    Buffer.from('\r\n'),
  ])
const formOf = (filename: string, content: Uint8Array, name = 'file') =>
  Buffer.concat([partOf(name, filename, content), Buffer.from(`--${boundary}--\r\n`)])

const authority = (person: TestPerson) => ({
  cookie: [...person.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
  'x-csrf-token': person.cookies.get('mina_csrf') ?? '',
})

/** As bytes on the wire: with its length announced, or in chunks without. */
async function post(path: string, type: string, body: Uint8Array, { chunked = false } = {}) {
  const sent = request(`${app.base}${path}`, {
    method: 'POST',
    headers: {
      ...authority(alice),
      'content-type': type,
      ...(chunked ? { 'transfer-encoding': 'chunked' } : { 'content-length': body.length }),
    },
  })
  // What is refused half-way may break the line to the sender.
  sent.on('error', () => {})
  const answered = once(sent, 'response')
  for (let at = 0; at < body.length && !sent.destroyed; at += 65_536)
    if (!sent.write(body.subarray(at, at + 65_536))) await Promise.race([once(sent, 'drain'), answered])
  sent.end()
  const [answer] = await answered
  const chunks: Buffer[] = []
  for await (const chunk of answer) chunks.push(chunk as Buffer)
  return { status: answer.statusCode as number, text: Buffer.concat(chunks).toString() }
}

const multipart = `multipart/form-data; boundary=${boundary}`
/** Each way in, with the field that its file comes in; none where the body is the file. */
const doors: readonly (readonly [string, string])[] = [
  ['/api/uploads', 'file'],
  ['/saas/jobs', 'file'],
  ['/transcriptions/local', 'audio'],
  ['/v1/audio/transcriptions', 'file'],
  ['/utilities/audio-duration', 'audio'],
  ['/v1/listen', ''],
]
const type = (field: string) => (field ? multipart : 'audio/wav')
const bodyFor = (path: string, field: string, content: Uint8Array) => {
  if (!field) return content
  const text = (name: string, value: string) =>
    Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
  const also =
    path === '/saas/jobs' ? text('type', 'transcription') : path.startsWith('/v1') ? text('model', 'whisper-1') : ''
  return Buffer.concat([Buffer.from(also), formOf('talk.wav', content, field)])
}

const nothingLeft = async () => {
  const stored = await readdir(join(app.dataDir, 'files/users', alice.user.id), { recursive: true }).catch(() => [])
  const spooled = (await readdir(join(app.dataDir, 'tmp'))).filter((name) => name !== 'storage')
  const { items } = await alice.call(listConversations, { query: {} })
  return stored.length + spooled.length + items.length === 0
}

describe('a byte too many', () => {
  const cases = doors.flatMap(([path, field]) => [true, false].map((chunked) => ({ path, field, chunked })))
  test.each(cases)('at $path (chunked: $chunked) is 413 and leaves nothing', async ({ path, field, chunked }) => {
    const content = Buffer.concat([wav.subarray(0, 44), randomBytes(2 * MB + 1 - 44)])
    const { status } = await post(path, type(field), bodyFor(path, field, content), { chunked })
    expect(status).toBe(413)
    await until(nothingLeft, 'nothing to be left')
  })

  test('of JSON in chunks is refused as well', async () => {
    const body = Buffer.from(`{"title":"${'a'.repeat(MB)}"}`)
    expect((await post('/api/conversations', 'application/json', body, { chunked: true })).status).toBe(413)
  })
})

describe('what is no recording, whatever it is called', () => {
  const page = '<html><script>alert(1)</script></html>'
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
  const things: Record<string, Buffer> = {
    program: Buffer.concat([Buffer.from('MZ\x90\0'), Buffer.alloc(4_000, 7)]),
    elf: Buffer.concat([Buffer.from('\x7fELF'), Buffer.alloc(4_000, 7)]),
    page: Buffer.from(page),
    picture: Buffer.from(svg),
    'page behind the sign of a recording': Buffer.concat([Buffer.from('RIFF\x24\0\0\0WAVE'), Buffer.from(page)]),
    'page behind a tag of music': Buffer.concat([Buffer.from('ID3\x03\0\0\0\0\0\x0a', 'latin1'), Buffer.from(page)]),
    'drawing behind a tag of music': Buffer.concat([Buffer.from('ID3\x03\0\0\0\0\0\x0a', 'latin1'), Buffer.from(svg)]),
  }
  const cases = doors.flatMap(([path, field]) => Object.keys(things).map((name) => ({ path, field, name })))
  test.each(cases)('$path refuses a $name', async ({ path, field, name }) => {
    const { status, text } = await post(path, type(field), bodyFor(path, field, things[name]!))
    // Deepgram's and OpenAI's clients know 400 for it.
    expect([status, text]).toEqual([expect.toBeOneOf([400, 415, 422]), expect.not.stringContaining('alert')])
    if (path === '/api/uploads') await until(nothingLeft, 'nothing to be left')
  })
})

describe('names', () => {
  test.each([
    ['../../etc/passwd.wav', 'passwd.wav'],
    ['..\\\\..\\\\windows\\\\win.wav', 'win.wav'],
    ['a%0d%0aset-cookie: x=1.wav', expect.not.stringMatching(/[\r\n]/)],
    ['%22; filename=evil.html', expect.not.stringMatching(/[\r\n]/)],
    ['\u202egnp.wav', 'gnp.wav'],
    [`${'n'.repeat(4_096)}.wav`, expect.stringMatching(/^n{1,255}/)],
  ])('%j never reaches a path or a header as it is', async (name, shown) => {
    const { status, text } = await post('/api/uploads', multipart, formOf(name, wav))
    expect([status, text]).toEqual([200, text])
    const { id, filename } = JSON.parse(text) as { id: string; filename: string }
    expect(filename).toEqual(shown)
    await ended(alice, id)
    const folder = join(app.dataDir, 'files/users', alice.user.id, 'conversations')
    expect(await readdir(folder, { recursive: true })).toEqual([id, `${id}/audio.wav`])
    for (const path of ['audio?download=true', 'export?format=txt', 'export?format=json']) {
      const answer = await alice.raw(`/api/conversations/${id}/${path}`)
      await answer.arrayBuffer()
      expect(answer.headers.get('set-cookie')).toBeNull()
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
      const disposition = answer.headers.get('content-disposition') ?? ''
      expect(disposition).toMatch(/^attachment; filename="[^"\\/]*"; filename\*=UTF-8''[\w.~!%-]+$/)
      expect(disposition.length).toBeLessThan(1_000)
    }
  })
})

test('ten thousand parts are too many', async () => {
  const field = Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="title"\r\n\r\nx\r\n`)
  const body = Buffer.concat([...Array.from({ length: 10_000 }, () => field), formOf('a.wav', wav)])
  const answer = await post('/api/uploads', multipart, body)
  expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('too many parts')])
  const files = Buffer.concat([...Array.from({ length: 1_000 }, () => partOf('file', 'a.wav', wav.subarray(0, 60)))])
  expect((await post('/api/uploads', multipart, files)).status).toBe(400)
  await until(nothingLeft, 'nothing to be left')
})

test('uploads that break off leave nothing behind, and whole ones still come through', {
  timeout: bar.patience(30_000),
}, async () => {
  const roll = dice(bar.seed)
  const content = Buffer.concat([wav.subarray(0, 44), randomBytes(MB)])
  for (let round = 0; round < bar.breaks; round += 1) {
    const [path, field] = doors[round % doors.length]!
    const body = bodyFor(path, field, content)
    const sent = request(`${app.base}${path}`, {
      method: 'POST',
      headers: { ...authority(alice), 'content-type': type(field), 'content-length': body.length },
    })
    const gone = new Promise((done) => sent.once('close', done))
    sent.on('error', () => {})
    await new Promise<void>((done) => sent.write(body.subarray(0, Math.floor(roll() * body.length)), () => done()))
    sent.destroy()
    await gone
  }
  await until(nothingLeft, 'nothing to be left')
  const { text } = await post('/api/uploads', multipart, formOf('a.wav', wav))
  expect((await ended(alice, (JSON.parse(text) as { id: string }).id)).conversation.status).toBe('final')
})

test('a resumable upload that is left has its bytes until it is given up, and then nothing', async () => {
  const metadata = `filename ${Buffer.from('../../x.wav').toString('base64')}`
  const created = await alice.raw('/api/uploads/tus', {
    method: 'POST',
    headers: { 'tus-resumable': '1.0.0', 'upload-length': '2000', 'upload-metadata': metadata },
  })
  const at = created.headers.get('location') ?? ''
  const tus = { 'tus-resumable': '1.0.0', 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' }
  expect((await alice.raw(at, { method: 'PATCH', headers: tus, body: new Uint8Array(900) })).status).toBe(204)
  expect(await readdir(join(app.dataDir, 'uploads'))).toEqual([
    expect.stringMatching(/^[\w-]{36}$/),
    expect.any(String),
  ])
  await alice.raw(at, { method: 'DELETE', headers: { 'tus-resumable': '1.0.0' } })
  expect(await readdir(join(app.dataDir, 'uploads'))).toEqual([])
  expect(await idOf(created).catch(() => '')).toBe('')
})
