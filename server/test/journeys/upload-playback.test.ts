import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  deleteConversation,
  getInsights,
  getPeaks,
  listHighlights,
  listTasks,
  openSample,
  startInsights,
  updateConversation,
} from '@mina/contract'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { audit, highlights, tasks } from '../../src/platform/database/schema/index.ts'
import { fakeRecogniser } from '../../src/speech/fake.ts'
import { type TestApp, type TestPerson, testApp } from '../app.ts'
import { ended, opened, send } from '../recordings.ts'
import { soundFolder, speak } from '../sounds.ts'

let app: TestApp
let alice: TestPerson
let sounds: Awaited<ReturnType<typeof soundFolder>>
let path: string
let id: string

beforeAll(async () => {
  sounds = await soundFolder()
  const heard = 'Call Martha Jones at martha.jones@example.org tomorrow.'
  const engine = fakeRecogniser({
    name: 'local',
    transcripts: [{ utterances: [{ start_ms: 100, end_ms: 1900, text: heard, confidence: null }] }],
  })
  app = await testApp({ engines: [engine] })
  alice = await app.person()
  path = await speak(join(sounds.path, 'call.wav'), { text: 'Call Martha tomorrow about the tide tables.' })
  id = await (await send(alice, path, 'A call.wav')).json().then((it) => (it as { id: string }).id)
  await ended(alice, id)
})
afterAll(async () => {
  await app.close()
  await sounds.remove()
})

const audio = (headers: Record<string, string> = {}, query = '') =>
  alice.raw(`/api/conversations/${id}/audio${query}`, { headers })

test('the recording is given back whole and in ranges, as players ask for it', async () => {
  const content = await readFile(path)
  const whole = await audio()
  expect(whole.status).toBe(200)
  expect(whole.headers.get('content-type')).toMatch(/^audio\/(vnd\.wave|wav)/)
  expect(whole.headers.get('content-disposition')).toMatch(/^inline/)
  expect(whole.headers.get('x-content-type-options')).toBe('nosniff')
  expect(Buffer.from(await whole.arrayBuffer()).equals(content)).toBe(true)

  const part = await audio({ range: 'bytes=10-19' })
  expect(part.status).toBe(206)
  expect(part.headers.get('content-range')).toBe(`bytes 10-19/${content.length}`)
  expect(Buffer.from(await part.arrayBuffer()).equals(content.subarray(10, 20))).toBe(true)
  const tail = await audio({ range: 'bytes=-7' })
  expect(Buffer.from(await tail.arrayBuffer()).equals(content.subarray(-7))).toBe(true)
  const rest = await audio({ range: `bytes=${content.length - 3}-` })
  expect((await rest.arrayBuffer()).byteLength).toBe(3)

  const past = await audio({ range: `bytes=${content.length}-` })
  expect(past.status).toBe(416)
  expect(past.headers.get('content-range')).toBe(`bytes */${content.length}`)

  const etag = whole.headers.get('etag') ?? ''
  expect((await audio({ range: 'bytes=0-1', 'if-range': etag })).status).toBe(206)
  expect((await audio({ range: 'bytes=0-1', 'if-range': '"another"' })).status).toBe(200)
  expect((await audio({ 'if-none-match': etag })).status).toBe(304)
  expect((await audio({}, '?download=true')).headers.get('content-disposition')).toMatch(/^attachment.*A call\.wav/)
})

test('nobody else hears it', async () => {
  const bob = await app.person()
  for (const what of ['audio', 'peaks', 'export?format=txt'])
    expect((await bob.raw(`/api/conversations/${id}/${what}`)).status).toBe(404)
  expect((await app.client().raw(`/api/conversations/${id}/audio`)).status).toBe(401)
  expect((await bob.raw(`/api/conversations/${id}/audio?beep=pii`)).status).toBe(404)
})

test('what leaves the house is on record: each export, and each download once', async () => {
  const { db } = app.database
  const recorded = async () => {
    const rows = await db.select().from(audit).where(eq(audit.subject_id, id)).orderBy(audit.id)
    return rows.map(({ action, actor_id, details }) => ({ action, own: actor_id === alice.user.id, details }))
  }
  const before = (await recorded()).length
  await audio({ range: 'bytes=0-9' })
  await audio({ range: 'bytes=0-9' }, '?download=true')
  await audio({ range: 'bytes=10-19' }, '?download=true')
  await alice.raw(`/api/conversations/${id}/export?format=txt`)
  expect((await recorded()).slice(before)).toEqual([
    { action: 'download', own: true, details: {} },
    { action: 'export', own: true, details: { format: 'txt', redact: false } },
  ])
})

test('the waveform has as many points as were asked for', async () => {
  const { peaks, duration_ms } = await alice.call(getPeaks, { params: { id }, query: { points: 120 } })
  expect(peaks).toHaveLength(120)
  expect(Math.max(...peaks)).toBeGreaterThan(0.1)
  expect(Math.max(...peaks)).toBeLessThanOrEqual(1)
  expect(duration_ms).toBeGreaterThan(1_000)
})

test('an export takes marks and tasks along, and leaves personal data out when asked', async () => {
  const { db } = app.database
  const place = { conversation_id: id, start_ms: 0, end_ms: 900 }
  await db.insert(highlights).values({ ...place, text: 'Ask Martha Jones', label: 'phone' })
  await db.insert(tasks).values({ conversation_id: id, text: 'Write to martha.jones@example.org' })
  const file = async (query: string) => {
    const answer = await alice.raw(`/api/conversations/${id}/export?${query}`)
    expect(answer.status).toBe(200)
    return await answer.text()
  }
  const plain = await file('format=md')
  for (const text of ['martha.jones@example.org tomorrow', 'Ask Martha Jones', 'Write to'])
    expect(plain).toContain(text)
  const clean = await file('format=md&redact=true')
  expect(clean).not.toMatch(/martha|jones|example\.org/i)
  expect(clean).toContain('EMAIL 1')
  expect(await file('format=srt')).toMatch(/^1\n00:00:00,100 --> /)
  expect((await alice.raw(`/api/conversations/${id}/export?format=txt&language=fr`)).status).toBe(404)
  expect((await alice.raw(`/api/conversations/${id}/export?format=exe`)).status).toBe(400)
})

test('an export carries the newest insights, and leaves personal data out of them too', async () => {
  const { insights } = await alice.call(startInsights, { params: { id }, body: { engine: 'embedded' } })
  await vi.waitFor(
    async () => {
      const { versions } = await alice.call(getInsights, { params: { id }, query: {} })
      expect(versions.find((it) => it.id === insights.id)?.status).toBe('done')
    },
    { timeout: 30_000, interval: 100 },
  )
  const file = async (query: string) => (await alice.raw(`/api/conversations/${id}/export?${query}`)).text()
  const plain = await file('format=md')
  expect(plain).toMatch(/^#+ Summary$/m)
  expect(plain).toMatch(/^#+ Chapters$/m)
  expect(plain.indexOf('Summary')).toBeLessThan(plain.indexOf('Transcript'))
  const { insights: sections } = JSON.parse(await file('format=json')) as { insights: { heading: string }[] }
  expect(sections.map((it) => it.heading)).toContain('Summary')
  for (const format of ['md', 'json'])
    expect(await file(`format=${format}&redact=true`)).not.toMatch(/martha|jones|example\.org/i)
})

test('the sample is a conversation like any other, without an engine', async () => {
  const sample = await alice.call(openSample)
  const { conversation, segments } = await opened(alice, sample.id)
  expect(conversation).toMatchObject({ status: 'final', source: 'sample', has_audio: true, word_count: 50 })
  expect(segments.map((it) => it.text).join(' ')).toMatch(/^Welcome to Mina\. I listen/)
  expect((await alice.raw(`/api/conversations/${sample.id}/audio`)).headers.get('content-type')).toBe('audio/mpeg')
  const said = segments.map((it) => it.text).join(' ')
  const { items: marked } = await alice.call(listHighlights, { params: sample })
  const { items: todo } = await alice.call(listTasks, { params: sample })
  expect([marked.length, todo.length]).toEqual([1, 1])
  expect(marked[0]?.label).not.toBe('')
  expect(said).toContain(marked[0]?.text)
  expect(said.toLowerCase()).toContain(todo[0]?.text.toLowerCase())
  for (const { start_ms } of [...marked, ...todo]) expect(segments.map((it) => it.start_ms)).toContain(start_ms)
  await alice.call(updateConversation, { params: sample, body: { title: 'Mine' } })
  await alice.call(deleteConversation, { params: sample, query: {} })
  expect((await alice.raw(`/api/conversations/${sample.id}`)).status).toBe(404)
})
