import { closeSync, fsyncSync, mkdtempSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { addTask, createConversation, listConversations, listTasks, register } from '@mina/contract'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { wavBytes } from '../../src/audio/wav.ts'
import { type Client, client } from '../app.ts'
import { type TestDatabase, testDatabase } from '../database.ts'
import { finished } from '../live/conversation.ts'
import { begin, chunksOfNoise, link } from '../live/link.ts'
import { type ServerProcess, serverProcess } from '../live/process.ts'
import { ended, idOf, send } from '../recordings.ts'
import { onSmallDisk } from '../start/processes.ts'
import { until } from '../until.ts'

const MB = 1_048_576
const wav = wavBytes(Int16Array.from({ length: 32_000 }, (_, at) => Math.sin(at / 8) * 8_000))
const notHere = 'this machine lets nobody mount a disk of their own'

let folder: string
let server: ServerProcess | undefined
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mina-disk-'))
})
afterEach(async () => {
  await server?.kill('SIGTERM')
  server = undefined
  rmSync(folder, { recursive: true, force: true })
})

/** The disk is there for the server alone; by its own view of the files we reach it too. */
const disk = () => {
  const path = `/proc/${server!.child.pid}/root${folder}`
  const filler = join(path, 'filler')
  return {
    /** Takes every byte that is left. */
    fill() {
      const handle = openSync(filler, 'a')
      for (let bytes = 4 * MB; bytes >= 1; bytes = Math.floor(bytes / 2))
        try {
          for (;;) writeSync(handle, Buffer.alloc(bytes))
        } catch (error) {
          expect(error).toMatchObject({ code: 'ENOSPC' })
        }
      fsyncSync(handle)
      closeSync(handle)
    },
    free: () => rmSync(filler),
    /** All files but ours and the database's. */
    files: () =>
      readdirSync(path, { recursive: true, withFileTypes: true })
        .filter((it) => it.isFile() && it.name !== 'filler' && !it.parentPath.includes('/postgres'))
        .map((it) => it.name)
        .sort(),
  }
}

const person = async (base: string) => {
  const browser = client(base)
  await browser.call(register, { body: { email: `${crypto.randomUUID()}@example.org`, password: 'correct horse 7' } })
  return browser
}
const form = (field: string, fields: Record<string, string> = {}) => {
  const body = new FormData()
  for (const [name, value] of Object.entries(fields)) body.set(name, value)
  body.set(field, new Blob([new Uint8Array(wav)]), 'talk.wav')
  return body
}
const statusOf = async (answer: Promise<Response>) => {
  const it = await answer
  return { status: it.status, text: await it.text() }
}

/** Everything that writes to the disk of the server. */
const writes = (alice: Client): Record<string, () => Promise<Response>> => ({
  upload: () => send(alice, new Uint8Array(wav), 'talk.wav'),
  job: () => alice.raw('/saas/jobs', { method: 'POST', body: form('file', { type: 'transcription' }) }),
  platform: () => alice.raw('/transcriptions/local', { method: 'POST', body: form('audio') }),
  openai: () => alice.raw('/v1/audio/transcriptions', { method: 'POST', body: form('file', { model: 'whisper-1' }) }),
  deepgram: () =>
    alice.raw('/v1/listen', { method: 'POST', body: new Uint8Array(wav), headers: { 'content-type': 'audio/wav' } }),
  resumable: () =>
    alice.raw('/api/uploads/tus', {
      method: 'POST',
      headers: {
        'tus-resumable': '1.0.0',
        'upload-length': String(wav.length),
        'upload-metadata': `filename ${Buffer.from('talk.wav').toString('base64')}`,
      },
    }),
  sample: () => alice.json('/api/sample', {}),
})

describe('a disk that is really full', () => {
  let database: TestDatabase
  beforeEach(async () => {
    database = await testDatabase()
  })
  afterEach(async () => {
    await server?.kill('SIGTERM')
    await database.close()
  })

  test('each write is 507 and leaves nothing; live sound is refused by name; with room again all goes on', {
    timeout: 90_000,
  }, async ({ skip }) => {
    const prefix = onSmallDisk(folder, '160m')
    if (prefix.length === 0) skip(notHere)
    server = await serverProcess({ DATABASE_URL: database.url, MINA_DATA_DIR: folder }, undefined, prefix)
    const { fill, free, files } = disk()
    const alice = await person(server.base)
    const source = chunksOfNoise(20)
    const line = await link(alice)
    const { conversation_id, resume_token } = await begin(line)
    for (const [seq, pcm] of source.slice(0, 10).entries()) await line.ask('chunk', { seq, pcm })
    const filled = new Set<string>()
    // Begun while there was room; its bytes come when there is none.
    const begun = await writes(alice).resumable!()
    const at = begun.headers.get('location') ?? ''
    const patch = (offset: number) =>
      alice.raw(at, {
        method: 'PATCH',
        headers: {
          'tus-resumable': '1.0.0',
          'upload-offset': String(offset),
          'content-type': 'application/offset+octet-stream',
        },
        body: new Uint8Array(wav).subarray(offset),
      })
    const offsetOf = async () => {
      const answer = await alice.raw(at, { method: 'HEAD', headers: { 'tus-resumable': '1.0.0' } })
      return Number(answer.headers.get('upload-offset'))
    }

    fill()
    const before = files()
    for (const [name, write] of Object.entries(writes(alice))) {
      const { status, text } = await statusOf(write())
      expect([name, status, text]).toEqual([name, 507, expect.stringMatching(/disk|space|storage/i)])
      expect(text).not.toMatch(/ENOSPC|\/tmp|mina-disk/)
      filled.add(name)
    }
    expect((await patch(await offsetOf())).status).toBe(507)
    expect(await line.ask('chunk', { seq: 10, pcm: source[10]! })).toMatchObject({ ok: false, code: 'storage_full' })
    // What needs no room is served: reading, words in the database elsewhere, an account whose mail can not be written.
    expect((await alice.raw('/api/conversations')).status).toBe(200)
    await alice.call(createConversation, { body: { title: 'Words' } })
    await person(server.base)
    await until(async () => JSON.stringify(files()) === JSON.stringify(before), 'nothing partial to be left')

    free()
    for (const name of filled) expect([name, (await writes(alice)[name]!()).status < 300]).toEqual([name, true])
    expect((await patch(await offsetOf())).status).toBe(204)
    expect((await ended(alice, at.split('/').pop()!)).conversation.status).toBe('final')
    const back = await link(alice)
    const ack = await back.ask('resume', { resume_token })
    expect(ack).toMatchObject({ ok: true, next_seq: 10 })
    for (const [index, pcm] of source.slice(10).entries())
      expect(await back.ask('chunk', { seq: 10 + index, pcm })).toMatchObject({ next_seq: 11 + index })
    await back.ask('stop', {})
    const { conversation, segments } = await finished(alice, conversation_id)
    expect([conversation.duration_s, segments.map((it) => it.text)]).toEqual([2, ['second 0', 'second 1']])
    line.close()
    back.close()
  })
})

test('with the database on the full disk too, nothing that was acknowledged is lost and nothing is half there', {
  timeout: 120_000,
}, async ({ skip }) => {
  const prefix = onSmallDisk(folder, '220m')
  if (prefix.length === 0) skip(notHere)
  server = await serverProcess({ MINA_DATA_DIR: folder, RATE_LIMITS: 'off' }, undefined, prefix)
  const { fill, free } = disk()
  const alice = await person(server.base)
  const { id } = await alice.call(createConversation, { body: {} })
  fill()
  const kept: string[] = []
  const refused: number[] = []
  // Until the room that the database had taken in advance is used up.
  for (let at = 0; at < 3_000 && refused.length < 5; at += 1) {
    const text = `${at} ${'x'.repeat(1_900)}`
    const { status } = await statusOf(alice.json(`/api/conversations/${id}/tasks`, { text }))
    if (status === 200) kept.push(text)
    else refused.push(status)
  }
  expect(refused.filter((it) => it !== 507 && it !== 503)).toEqual([])
  expect(refused.length).toBeGreaterThan(0)

  free()
  await until(
    async () => {
      const answer = await alice.json(`/api/conversations/${id}/tasks`, { text: 'room again' })
      return answer.ok
    },
    'the database to be back',
    30_000,
  )
  const { items } = await alice.call(listTasks, { params: { id } })
  const texts = new Set(items.map((it) => it.text))
  expect(kept.filter((it) => !texts.has(it))).toEqual([])
  const upload = await idOf(await send(alice, new Uint8Array(wav), 'talk.wav'))
  expect((await ended(alice, upload)).conversation.status).toBe('final')
  await alice.call(addTask, { params: { id }, body: { text: 'last' } })
  expect((await alice.call(listConversations, { query: {} })).items.length).toBe(2)
})
