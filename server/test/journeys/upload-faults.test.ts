import { readdir, readFile } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import {
  cancelTranscription,
  deleteConversation,
  editSegment,
  getCompleteness,
  getPeaks,
  listVersions,
  renameSpeaker,
  restoreConversation,
  transcribeAgain,
} from '@mina/contract'
import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { conversations, doomedFiles, recordings, segments } from '../../src/platform/database/schema/index.ts'
import { SpeechError } from '../../src/speech/errors.ts'
import { fakeRecogniser, type Scripted } from '../../src/speech/fake.ts'
import type { RecognitionOptions, Recording, Utterance } from '../../src/speech/port.ts'
import { type TestApp, type TestPerson, testApp } from '../app.ts'
import { ended, idOf, opened, send } from '../recordings.ts'
import { ffmpeg, soundFolder, speak } from '../sounds.ts'

let app: TestApp
let alice: TestPerson
let sounds: Awaited<ReturnType<typeof soundFolder>>
let path: string
let script: (recording: Recording, options: RecognitionOptions) => Scripted | Promise<Scripted>

const engine = fakeRecogniser({ name: 'local', transcripts: (...asked) => script(...asked) })

const said = (start_ms: number, end_ms: number, text: string, speaker?: string): Utterance => {
  const words = text.split(' ')
  const step = (end_ms - start_ms) / words.length
  return {
    ...{ start_ms, end_ms, text, confidence: null, speaker },
    words: words.map((word, at) => ({
      ...{ text: word, confidence: null, start_ms: start_ms + at * step, end_ms: start_ms + (at + 1) * step },
    })),
  }
}

/** Ends only when it is told to, as an engine in the middle of a long file would. */
const untilStopped = (signal: AbortSignal | undefined) =>
  new Promise<never>((_done, failed) => {
    signal?.addEventListener('abort', () => failed(signal.reason), { once: true })
  })

beforeAll(async () => {
  sounds = await soundFolder()
  path = await speak(join(sounds.path, 'talk.wav'), { text: 'The tide comes in twice a day, and goes out again.' })
  // So much is allowed that it is the disk that has no room for it.
  app = await testApp({ engines: [engine], env: { MAX_MEDIA_MB: '10000000', RATE_LIMITS: 'off' } })
})
afterAll(async () => {
  await app.close()
  await sounds.remove()
})
beforeEach(async () => {
  alice = await app.person()
  script = () => ({ utterances: [said(100, 1_500, 'The tide comes in')] })
})

const failureOf = async (answer: Response) => ({
  status: answer.status,
  ...((await answer.json()) as { code: string }),
})

const leftOf = async (person: TestPerson) => {
  const { db } = app.database
  const mine = eq(conversations.user_id, person.user.id)
  const stored = await readdir(join(app.dataDir, 'files', 'users', person.user.id), { recursive: true }).catch(() => [])
  return {
    conversations: (await db.select({ id: conversations.id }).from(conversations).where(mine)).length,
    files: stored.length,
    doomed: (await db.select().from(doomedFiles)).filter((it) => it.storage_key.includes(person.user.id)).length,
    spooled: (await readdir(join(app.dataDir, 'tmp'))).filter((name) => name !== 'storage').length,
  }
}
const nothing = { conversations: 0, files: 0, doomed: 0, spooled: 0 }

test('what is no recording is refused by its content, and leaves nothing behind', async () => {
  const exe = new Uint8Array(Buffer.concat([Buffer.from('MZ\x90\0'), Buffer.alloc(4_000, 7)]))
  expect(await failureOf(await send(alice, exe, 'talk.wav'))).toMatchObject({ status: 415, code: 'unsupported_type' })
  const page = new Uint8Array(Buffer.from('<html><script>alert(1)</script></html>'))
  expect(await failureOf(await send(alice, page, 'talk.mp3'))).toMatchObject({ status: 415 })
  const silent = join(sounds.path, 'silent.mp4')
  await ffmpeg('-f', 'lavfi', '-i', 'color=c=black:s=64x64:d=1', silent)
  expect(await failureOf(await send(alice, silent, 'film.mp4'))).toMatchObject({
    status: 422,
    code: 'unprocessable_audio',
    message: 'The file has no audio track.',
  })
  const cutShort = new Uint8Array((await readFile(path)).subarray(0, 30))
  expect((await failureOf(await send(alice, cutShort, 'talk.wav'))).status).toBeGreaterThanOrEqual(400)
  await vi.waitFor(async () => expect(await leftOf(alice)).toEqual(nothing))
})

test('a form without a file, and a file without a name, are told apart', async () => {
  const form = new FormData()
  form.set('title', 'Nothing')
  const none = await alice.raw('/api/uploads', { method: 'POST', body: form })
  expect(await failureOf(none)).toMatchObject({ status: 400, code: 'bad_request', message: 'No file part' })
  const boundary = 'b0undary'
  const unnamed = await alice.raw('/api/uploads', {
    method: 'POST',
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    body: `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename=""\r\nContent-Type: application/octet-stream\r\n\r\n\r\n--${boundary}--\r\n`,
  })
  expect(await failureOf(unnamed)).toMatchObject({ status: 400, message: 'No selected file' })
})

/** An upload that announces so many bytes and sends only these; it ends when `until` says so, or with the answer. */
const beginUpload = (content: Uint8Array, announced: number, until?: () => Promise<unknown>) =>
  new Promise<{ status: number; text: string } | 'broken off'>((done, failed) => {
    const boundary = 'b0undary'
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="talk.wav"\r\n\r\n`
    const sending = request(`${app.base}/api/uploads`, {
      method: 'POST',
      headers: {
        cookie: [...alice.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        'x-csrf-token': alice.cookies.get('mina_csrf') ?? '',
        'content-type': `multipart/form-data; boundary=${boundary}`,
        'content-length': announced,
      },
    })
    sending.on('error', (error) => (sending.destroyed && until ? done('broken off') : failed(error)))
    sending.on('response', async (answer) => {
      done({ status: answer.statusCode ?? 0, text: (await answer.toArray()).join('') })
      sending.destroy()
    })
    sending.write(head)
    sending.write(content)
    until?.().then(() => sending.destroy(), failed)
  })

test('uploads that break off in the middle leave nothing, and the next one is taken', async () => {
  const content = await readFile(path)
  for (let at = 1; at <= 10; at += 1) {
    const arrives = () => vi.waitFor(async () => expect((await leftOf(alice)).spooled).toBe(1))
    expect(await beginUpload(content.subarray(0, at * 1_000), content.length, arrives)).toBe('broken off')
    await vi.waitFor(async () => expect(await leftOf(alice)).toEqual(nothing))
  }
  expect((await ended(alice, await idOf(await send(alice, path, 'talk.wav')))).conversation.status).toBe('final')
})

test('what the disk has no room for is refused before it is written', async () => {
  const answer = await beginUpload(await readFile(path), 9_000_000_000_000)
  expect(answer).toMatchObject({ status: 507, text: expect.stringContaining('"storage_full"') })
  expect(await leftOf(alice)).toEqual(nothing)
})

test('names that would be paths or headers are only shown', async () => {
  const id = await idOf(await send(alice, path, '../../etc/pass\u202ewd.wav'))
  const { conversation } = await ended(alice, id)
  expect(conversation.title).toBe('passwd')
  const [row] = await app.database.db.select().from(recordings).where(eq(recordings.conversation_id, id))
  expect(row).toMatchObject({
    storage_key: `users/${alice.user.id}/conversations/${id}/audio.wav`,
    filename: 'passwd.wav',
  })
})

test('the very same recording is recognised, among my own only', async () => {
  const bob = await app.person()
  const first = await idOf(await send(alice, path, 'one.wav'))
  const again = (await (await send(alice, path, 'two.wav')).json()) as { id: string; duplicate_of: string }
  expect(again.duplicate_of).toBe(first)
  // Whichever way it came, the page says so; until the other one is gone.
  const twice = async () => (await ended(alice, again.id)).conversation
  expect(await twice()).toMatchObject({ duplicate_of: first, warnings: [{ code: 'duplicate' }] })
  expect((await ended(alice, first)).conversation).toMatchObject({ duplicate_of: null, warnings: [] })
  await alice.call(deleteConversation, { params: { id: first }, query: {} })
  expect(await twice()).toMatchObject({ duplicate_of: null, warnings: [] })
  expect(await (await send(bob, path, 'three.wav')).json()).toMatchObject({ duplicate_of: null })
})

test('an engine without its key is refused at once, naming the key', async () => {
  const answer = await failureOf(await send(alice, path, 'talk.wav', { provider: 'deepgram' }))
  expect(answer).toMatchObject({ status: 503, message: expect.stringContaining('DEEPGRAM_API_KEY') })
  expect(await leftOf(alice)).toMatchObject({ conversations: 0, files: 0 })
})

test('a failure that a retry can not help is told at once; one that passes is not noticed', async () => {
  let calls = 0
  script = () => {
    calls += 1
    return new SpeechError('local', 'provider_failed', 'The speech server refuses this key.')
  }
  const refused = await ended(alice, await idOf(await send(alice, path, 'talk.wav')))
  expect(refused.conversation).toMatchObject({
    status: 'failed',
    progress: null,
    failure: { code: 'provider_failed', message: 'The speech server refuses this key.' },
  })
  expect(calls).toBe(1)
  const { totals, duration_ms } = await alice.call(getCompleteness, { params: { id: refused.conversation.id } })
  expect(totals.failed).toBe(duration_ms)

  calls = 0
  script = async (_recording, { onUtterance }) => {
    calls += 1
    if (calls > 1) return { utterances: [said(0, 900, 'and goes out again')] }
    await onUtterance?.(said(100, 1_500, 'The tide comes in'))
    return new SpeechError('local', 'timeout', 'The engine did not answer in time.', { retryable: true })
  }
  const passed = await ended(alice, await idOf(await send(alice, path, 'talk.wav')))
  expect(calls).toBe(2)
  expect(passed.conversation).toMatchObject({ status: 'final', failure: null })
  // The second attempt goes on where the first one was broken off.
  expect(passed.segments.map(({ idx, start_ms, text }) => ({ idx, start_ms, text }))).toEqual([
    { idx: 0, start_ms: 100, text: 'The tide comes in' },
    { idx: 1, start_ms: 1_500, text: 'and goes out again' },
  ])
})

test('poison is set aside after three attempts, and others go on', { timeout: 60_000 }, async () => {
  let calls = 0
  script = ({ size }) => {
    if (size < 200_000) return { utterances: [said(100, 900, 'fine')] }
    calls += 1
    return new TypeError('cannot read properties of undefined, at /srv/secret')
  }
  const large = join(sounds.path, 'large.wav')
  await ffmpeg('-f', 'lavfi', '-i', 'sine=d=8', '-ar', '16000', large)
  const poison = await idOf(await send(alice, large, 'poison.wav'))
  const other = await app.person()
  expect((await ended(other, await idOf(await send(other, path, 'fine.wav')))).conversation.status).toBe('final')
  const { conversation } = await ended(alice, poison)
  expect(calls).toBe(3)
  expect(conversation).toMatchObject({ status: 'failed', failure: { code: 'internal' } })
  expect(JSON.stringify(conversation)).not.toContain('secret')
  // What could not be understood can be listened to all the same, and has its waveform.
  const { peaks } = await alice.call(getPeaks, { params: { id: poison }, query: { points: 60 } })
  expect(peaks).toHaveLength(60)
})

test('cancelled work stops, keeps what it has, and writes nothing more', async () => {
  let late: ((it: Utterance) => unknown) | undefined
  script = async (_recording, { onUtterance, signal }) => {
    await onUtterance?.(said(100, 1_000, 'The tide'))
    late = onUtterance
    return await untilStopped(signal)
  }
  const id = await idOf(await send(alice, path, 'talk.wav'))
  await vi.waitFor(async () => expect((await opened(alice, id)).segments).toHaveLength(1), { timeout: 10_000 })
  expect((await opened(alice, id)).conversation).toMatchObject({
    status: 'processing',
    progress: { phase: 'transcribing', percent: expect.any(Number) },
  })
  const bob = await app.person()
  await expect(bob.call(cancelTranscription, { params: { id } })).rejects.toMatchObject({ code: 'not_found' })
  await expect(alice.call(transcribeAgain, { params: { id }, body: {} })).rejects.toMatchObject({ code: 'conflict' })

  expect(await alice.call(cancelTranscription, { params: { id } })).toMatchObject({ status: 'failed' })
  await vi.waitFor(async () => await expect(late?.(said(1_000, 1_400, 'comes in'))).rejects.toThrow(), 5_000)
  const { conversation, segments: kept } = await opened(alice, id)
  expect(conversation.failure).toMatchObject({ code: 'cancelled' })
  expect(kept.map((it) => it.text)).toEqual(['The tide'])
})

/** A conversation that was deleted while it was written down. Whoever hears it again has the rest of the words. */
async function deletedInTheMiddle() {
  let stopped = false
  script = async (_recording, { onUtterance, signal }) => {
    await onUtterance?.(said(100, 1_000, 'The tide'))
    script = () => ({ utterances: [said(0, 400, 'comes in')] })
    try {
      return await untilStopped(signal)
    } finally {
      stopped = true
    }
  }
  const id = await idOf(await send(alice, path, 'talk.wav'))
  await vi.waitFor(async () => expect((await opened(alice, id)).segments).toHaveLength(1), { timeout: 10_000 })
  await alice.call(deleteConversation, { params: { id }, query: {} })
  await vi.waitFor(() => expect(stopped).toBe(true), 5_000)
  return id
}

test('what was deleted in the middle is not worked on, and not written to', async () => {
  const id = await deletedInTheMiddle()
  const [row] = await app.database.db
    .select({ count: sql<number>`count(*)::int` })
    .from(segments)
    .where(eq(segments.conversation_id, id))
  expect(row?.count).toBe(1)
})

test('what was deleted in the middle and is brought back goes on to its end', async () => {
  const id = await deletedInTheMiddle()
  await alice.call(restoreConversation, { params: { id } })
  const { conversation, segments: heard } = await ended(alice, id)
  expect(conversation).toMatchObject({ status: 'final', failure: null })
  expect(heard.map((it) => it.text)).toEqual(['The tide', 'comes in'])
})

test('a new version keeps corrections and names by time, and the old one until it is done', async () => {
  script = () => ({
    utterances: [
      said(0, 1_000, 'the tied comes', 'Speaker 1'),
      said(1_200, 2_000, 'and goes out', 'Speaker 2'),
      said(2_100, 2_400, 'again', 'Speaker 1'),
    ],
  })
  const id = await idOf(await send(alice, path, 'talk.wav'))
  const before = await ended(alice, id)
  const [first] = before.segments
  await alice.call(editSegment, { params: { id, sid: first!.id }, body: { text: 'The tide comes' } })
  await alice.call(renameSpeaker, { params: { id }, body: { from: 'Speaker 2', to: 'Martha' } })

  let goOn = () => {}
  const gate = new Promise<void>((done) => {
    goOn = done
  })
  script = async () => {
    await gate
    return {
      model: 'better',
      utterances: [
        said(0, 1_500, 'the tide calms and', 'Speaker 2'),
        said(1_500, 2_400, 'goes out again', 'Speaker 1'),
      ],
    }
  }
  expect(await alice.call(transcribeAgain, { params: { id }, body: { language: 'en' } })).toMatchObject({
    status: 'processing',
  })
  const meanwhile = await opened(alice, id)
  expect(meanwhile.segments.map((it) => it.text)).toEqual(['The tide comes', 'and goes out', 'again'])
  goOn()
  const { conversation, segments: now } = await ended(alice, id)
  expect(conversation).toMatchObject({ status: 'final', model: 'better', transcript_version: 2, word_count: 7 })
  expect(now.map(({ text, speaker, edited }) => ({ text, speaker, edited }))).toEqual([
    { text: 'The tide comes and', speaker: 'Speaker 2', edited: true },
    { text: 'goes out again', speaker: 'Martha', edited: undefined },
  ])
  expect((await alice.call(listVersions, { params: { id } })).items.map((it) => it.current)).toEqual([true, false])

  script = () => new SpeechError('local', 'provider_failed', 'The engine broke.')
  await alice.call(transcribeAgain, { params: { id }, body: {} })
  const kept = await ended(alice, id)
  expect(kept.conversation).toMatchObject({ status: 'final', failure: { message: 'The engine broke.' } })
  expect(kept.segments).toHaveLength(2)
})
