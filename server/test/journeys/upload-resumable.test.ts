import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { listConversations } from '@mina/contract'
import { eq } from 'drizzle-orm'
import { Upload } from 'tus-js-client'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startServer } from '../../src/composition/server.ts'
import { recordings } from '../../src/platform/database/schema/index.ts'
import { fakeRecogniser } from '../../src/speech/fake.ts'
import { client, freePort, type TestApp, type TestPerson, testApp } from '../app.ts'
import { ended, opened } from '../recordings.ts'
import { ffmpeg, soundFolder } from '../sounds.ts'

const tus = '/api/uploads/tus'
const engine = fakeRecogniser({ name: 'local' })
let app: TestApp
let sounds: Awaited<ReturnType<typeof soundFolder>>
let content: Buffer<ArrayBuffer>

beforeAll(async () => {
  sounds = await soundFolder()
  const path = join(sounds.path, 'tone.wav')
  await ffmpeg('-f', 'lavfi', '-i', 'sine=d=6', '-ar', '16000', path)
  content = Buffer.from(await readFile(path))
  app = await testApp({ engines: [engine], env: { MAX_MEDIA_MB: '1' } })
})
afterAll(async () => {
  await app.close()
  await sounds.remove()
})

const metadata = (fields: Record<string, string>) =>
  Object.entries(fields)
    .map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`)
    .join(',')

const begin = (
  person: Pick<TestPerson, 'raw'>,
  length: number,
  fields: Record<string, string> = { filename: 'a.wav' },
) =>
  person.raw(tus, {
    method: 'POST',
    headers: { 'tus-resumable': '1.0.0', 'upload-length': String(length), 'upload-metadata': metadata(fields) },
  })
const patch = (person: Pick<TestPerson, 'raw'>, at: string, offset: number, bytes: Uint8Array<ArrayBuffer>) =>
  person.raw(at, {
    method: 'PATCH',
    headers: {
      'tus-resumable': '1.0.0',
      'upload-offset': String(offset),
      'content-type': 'application/offset+octet-stream',
    },
    body: bytes,
  })
const head = (person: Pick<TestPerson, 'raw'>, at: string) =>
  person.raw(at, { method: 'HEAD', headers: { 'tus-resumable': '1.0.0' } })

test('the usual client uploads in pieces, and the conversation is there from the start', async () => {
  const alice = await app.person()
  const cookie = [...alice.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  let id: string | undefined
  await new Promise<void>((onSuccess, onError) => {
    new Upload(content, {
      endpoint: `${app.base}${tus}`,
      chunkSize: 50_000,
      retryDelays: null,
      metadata: { filename: 'A tone.wav', title: 'Tone', language: 'en' },
      headers: { cookie, 'x-csrf-token': alice.cookies.get('mina_csrf') ?? '' },
      onAfterResponse: (_request, response) => {
        id ??= response.getHeader('x-conversation-id')
      },
      onSuccess: () => onSuccess(),
      onError,
    }).start()
  })
  const { conversation } = await ended(alice, id ?? '')
  expect(conversation).toMatchObject({ id, title: 'Tone', status: 'final', language: 'en', has_audio: true })
  const audio = await alice.raw(`/api/conversations/${id}/audio`)
  expect(Buffer.from(await audio.arrayBuffer()).equals(content)).toBe(true)
  await vi.waitFor(async () => expect(await readdir(join(app.dataDir, 'uploads'))).toEqual([]))
})

test('an upload goes on where it was, on a server that has only now started', async () => {
  const alice = await app.person()
  const created = await begin(alice, content.length, { filename: 'tone.wav' })
  expect(created.status).toBe(201)
  const id = created.headers.get('x-conversation-id') ?? ''
  const at = created.headers.get('location') ?? ''
  expect(at).toBe(`${tus}/${id}`)
  expect((await opened(alice, id)).conversation).toMatchObject({ status: 'draft', progress: { phase: 'uploading' } })
  expect((await patch(alice, at, 0, content.subarray(0, 70_000))).headers.get('upload-offset')).toBe('70000')

  const port = await freePort()
  const base = `http://127.0.0.1:${port}`
  const other = await startServer({ ...app.config, port, publicBaseUrl: base }, ['web'], { engines: [engine] })
  try {
    const elsewhere = client(base)
    for (const [name, value] of alice.cookies) elsewhere.cookies.set(name, value)
    expect((await head(elsewhere, at)).headers.get('upload-offset')).toBe('70000')
    expect((await patch(elsewhere, at, 60_000, content.subarray(60_000))).status).toBe(409)
    expect((await patch(elsewhere, at, 70_000, content.subarray(70_000))).status).toBe(204)
    // A client that lost the answer asks again, and is told that all is there.
    const again = await head(elsewhere, at)
    expect([again.status, again.headers.get('upload-offset')]).toEqual([200, String(content.length)])
  } finally {
    await other.stop()
  }
  expect((await ended(alice, id)).conversation.status).toBe('final')
  const [row] = await app.database.db.select().from(recordings).where(eq(recordings.conversation_id, id))
  expect(row?.size).toBe(content.length)
})

test('nobody touches the upload of another, or without a token of the session', async () => {
  const alice = await app.person()
  const bob = await app.person()
  const created = await begin(alice, content.length)
  const at = created.headers.get('location') ?? ''
  for (const answer of [await head(bob, at), await patch(bob, at, 0, content.subarray(0, 9))])
    expect(answer.status).toBe(404)
  expect((await head(app.client(), at)).status).toBe(401)
  const forged = await alice.raw(at, { method: 'DELETE', headers: { 'tus-resumable': '1.0.0', 'x-csrf-token': 'no' } })
  expect([forged.status, ((await forged.json()) as { code: string }).code]).toEqual([400, 'csrf'])
  expect((await head(alice, `${tus}/../../etc/passwd`)).status).toBe(404)
  expect((await head(alice, `${tus}/..%2f..%2fetc%2fpasswd`)).status).toBe(404)

  const taken = await alice.raw(at, { method: 'DELETE', headers: { 'tus-resumable': '1.0.0' } })
  expect(taken.status).toBe(204)
  expect((await alice.call(listConversations, { query: {} })).items).toEqual([])
})

test('what is too large, not a recording, or more than announced leaves nothing behind', async () => {
  const alice = await app.person()
  const large = await begin(alice, 1_048_577)
  expect([large.status, ((await large.json()) as { code: string }).code]).toEqual([413, 'too_large'])
  expect((await begin(alice, 10, { provider: 'nobody' })).status).toBe(400)

  const at = (await begin(alice, 20)).headers.get('location') ?? ''
  const refused = await patch(alice, at, 0, new Uint8Array(20))
  expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([415, 'unsupported_type'])

  const next = (await begin(alice, 10)).headers.get('location') ?? ''
  expect((await patch(alice, next, 0, new Uint8Array(11))).status).toBe(413)
  await alice.raw(next, { method: 'DELETE', headers: { 'tus-resumable': '1.0.0' } })

  expect((await alice.call(listConversations, { query: {} })).items).toEqual([])
  const left = await readdir(join(app.dataDir, 'uploads'))
  const sizes = await Promise.all(left.map(async (name) => (await stat(join(app.dataDir, 'uploads', name))).size))
  expect(sizes).toEqual([])
})
