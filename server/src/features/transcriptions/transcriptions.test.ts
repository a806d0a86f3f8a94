import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createKey, getUsage } from '@mina/contract'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { client, type TestApp, testApp } from '../../../test/app.ts'
import { createAssemblyaiDouble } from '../../../test/doubles/speech/assemblyai.ts'
import { createDeepgramDouble } from '../../../test/doubles/speech/deepgram.ts'
import { createOpenaiDouble } from '../../../test/doubles/speech/openai.ts'
import { fiveSeconds, waveOf } from '../../../test/doubles/speech/recordings.ts'
import { startGoogle2Double } from '../../../test/doubles/translation/google.ts'
import { ffmpeg, soundFolder, speak } from '../../../test/sounds.ts'

type Json = Record<string, unknown> & {
  formatted_transcript_array: { text: string; speaker?: string; start: number; end: number }[]
  warnings: { code: string }[]
}

/** Real recognition, on machines that may be busy with more. */
vi.setConfig({ testTimeout: 90_000 })

let sounds: Awaited<ReturnType<typeof soundFolder>>
let deepgram: Awaited<ReturnType<typeof createDeepgramDouble>>
let openai: Awaited<ReturnType<typeof createOpenaiDouble>>
let assemblyai: Awaited<ReturnType<typeof createAssemblyaiDouble>>
let google: Awaited<ReturnType<typeof startGoogle2Double>>
let app: TestApp
let bare: TestApp
let caller: ReturnType<typeof client>
let alone: ReturnType<typeof client>
let clip: Buffer
const tone = waveOf(fiveSeconds())

const text = 'Good morning everyone. The meeting about the harbour starts at nine. Please bring your documents.'

const keyed = async (it: TestApp) => {
  const person = await it.person()
  const { api_key } = await person.call(createKey, { body: { name: 'script' } })
  return { ...person, byKey: client(it.base, { 'x-api-key': api_key }) }
}

const form = (fields: Record<string, string>, file?: { bytes: Buffer; name?: string; field?: string }) => {
  const body = new FormData()
  if (file) body.append(file.field ?? 'audio', new Blob([new Uint8Array(file.bytes)]), file.name ?? 'talk.wav')
  for (const [name, value] of Object.entries(fields)) body.append(name, value)
  return body
}

const send = async (path: string, body: FormData, who = caller) => {
  const answer = await who.raw(path, { method: 'POST', body })
  return { status: answer.status, body: (await answer.json()) as Json }
}

beforeAll(async () => {
  sounds = await soundFolder()
  const path = await speak(join(sounds.path, 'talk.wav'), { text, espeak: 'en-us' })
  clip = await readFile(path)
  deepgram = await createDeepgramDouble()
  openai = await createOpenaiDouble()
  assemblyai = await createAssemblyaiDouble()
  google = await startGoogle2Double({ translate: (it) => it.toUpperCase() })
  app = await testApp({
    env: {
      DEEPGRAM_API_KEY: 'dg-key',
      DEEPGRAM_BASE_URL: deepgram.url,
      OPENAI_API_KEY: 'sk-key',
      OPENAI_BASE_URL: `${openai.url}/v1`,
      ASSEMBLYAI_API_KEY: 'aai-key',
      ASSEMBLYAI_BASE_URL: assemblyai.url,
      GOOGLE_API_KEY: 'AIza',
      GOOGLE_TRANSLATE_BASE_URL: google.url,
      MEDIA_ALLOW: '127.0.0.1',
    },
  })
  caller = (await keyed(app)).byKey
  bare = await testApp({ env: { MAX_UPLOAD_MB: '0.5', PLAN_FREE_MINUTES: '1' } })
  alone = (await keyed(bare)).byKey
})
afterAll(async () => {
  await Promise.all([app.close(), bare.close()])
  await Promise.all([deepgram.close(), openai.close(), assemblyai.close(), google.close(), sounds.remove()])
})

describe('an audio file', () => {
  test('goes to Deepgram with what the form asks for', async () => {
    const { status, body } = await send(
      '/transcriptions/deepgram',
      form({ diarize: 'true', paragraphs: 'true', model: 'nova-3', language: 'en' }, { bytes: tone }),
    )
    expect(status).toBe(200)
    expect(body).toMatchObject({
      transcript: 'Good morning, this is the harbour office. When does the tide turn?',
      confidence: 0.98,
      diarization: { speakers_detected: 2, segments: [{ speaker: 'Speaker 1', start: 0.2 }, { speaker: 'Speaker 2' }] },
      processing_info: {
        service: 'deepgram',
        model_used: 'nova-3',
        language_requested: 'en',
        diarization_enabled: true,
        paragraphs_enabled: true,
      },
      formatted_transcript_array: [
        { text: 'Good morning, this is the harbour office.', speaker: 'Speaker 1', start: 0.2, end: 2.4 },
        { text: 'When does the tide turn?', speaker: 'Speaker 2', start: 2.9, end: 4.6 },
      ],
    })
    expect(body.words).toHaveLength(12)
    expect(body.words).toContainEqual(expect.objectContaining({ word: 'tide', punctuated_word: 'tide' }))
    expect(body.paragraphs).toMatchObject({ paragraphs: [{ num_words: 7 }, { num_words: 5 }] })
  })

  test('goes to Whisper and to AssemblyAI', async () => {
    const whisper = await send('/transcriptions/whisper', form({}, { bytes: tone }))
    expect(whisper.body).toMatchObject({
      transcript: expect.stringContaining('harbour office'),
      processing_method: 'single',
      total_chunks: 1,
      processing_info: { service: 'openai', model_used: 'whisper-1', language_requested: 'en' },
    })
    const other = await send('/transcriptions/assemblyai', form({ diarize: 'true' }, { bytes: tone }))
    expect(other.body).toMatchObject({
      transcript: expect.stringContaining('harbour office'),
      processing_info: { service: 'assemblyai' },
    })
  })

  test('is heard on this machine with no key at all', async () => {
    const { status, body } = await send('/transcriptions/local', form({ words: 'true' }, { bytes: clip }), alone)
    expect(status).toBe(200)
    expect(String(body.transcript).toLowerCase()).toContain('meeting')
    expect(body.confidence).toBeNull()
    const [first] = body.formatted_transcript_array
    expect(first?.start).toBeLessThan(1)
    expect(body.formatted_transcript_array.at(-1)!.end).toBeLessThanOrEqual(body.duration as number)
    expect((body.words as unknown[]).length).toBeGreaterThan(8)
  })
})

describe('a call recorded in stereo', () => {
  test.each(['multichannel', 'diarize'])('has its channels for speakers, asked by %s', async (field) => {
    const [left, right, call] = ['left.wav', 'right.wav', 'call.wav'].map((name) => join(sounds.path, name))
    await speak(left!, { text: 'Good morning, this is the garden shop.', voice: 'rms' })
    await speak(right!, { text: 'Hello, I would like to order twenty apple trees.' })
    await ffmpeg(
      ...['-i', left!, '-i', right!, '-filter_complex'],
      '[0]apad,aformat=channel_layouts=mono[early];[1]adelay=4000,aformat=channel_layouts=mono[late];[early][late]amerge=inputs=2',
      ...['-t', '8', call!],
    )
    const { status, body } = await send(
      '/transcriptions/local',
      form({ [field]: 'true' }, { bytes: await readFile(call!) }),
      alone,
    )
    expect(status).toBe(200)
    expect(body.diarization).toMatchObject({
      speakers_detected: 2,
      segments: [{ speaker: 'Speaker 1' }, { speaker: 'Speaker 2', text: expect.stringContaining('apple') }],
    })
  })
})

describe('what is wrong is said in the words that clients know', () => {
  const paths = ['deepgram', 'whisper', 'assemblyai', 'local', 'transcribe-and-translate'].map(
    (it) => `/transcriptions/${it}`,
  )
  test.each(paths)('%s without a file', async (path) => {
    expect(await send(path, form({ language: 'en' }))).toMatchObject({
      status: 400,
      body: { error: 'No audio file provided' },
    })
    expect(await send(path, form({}, { bytes: tone, field: 'file' }))).toMatchObject({
      status: 400,
      body: { error: 'No audio file provided' },
    })
    const json = await caller.json(path, { audio: 'x' })
    expect([json.status, await json.json()]).toMatchObject([400, { error: 'No audio file provided' }])
    const plain = await caller.raw(path, { method: 'POST', body: 'hello', headers: { 'content-type': 'text/plain' } })
    expect([plain.status, await plain.json()]).toMatchObject([400, { error: 'No audio file provided' }])
  })

  test.each(paths)('%s with a file that has no name', async (path) => {
    const boundary = 'xxboundaryxx'
    const body = `--${boundary}\r\nContent-Disposition: form-data; name="audio"; filename=""\r\nContent-Type: application/octet-stream\r\n\r\n\r\n--${boundary}--\r\n`
    const answer = await caller.raw(path, {
      method: 'POST',
      body,
      headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    })
    expect([answer.status, await answer.json()]).toMatchObject([400, { error: 'No audio file selected' }])
  })

  test('a file that is no recording, one without sound, one that is too large', async () => {
    const path = '/transcriptions/local'
    expect(await send(path, form({}, { bytes: Buffer.from('hello, this is text') }), alone)).toMatchObject({
      status: 415,
      body: { code: 'unsupported_type' },
    })
    expect(await send(path, form({}, { bytes: Buffer.alloc(0) }), alone)).toMatchObject({
      status: 422,
      body: { code: 'unprocessable_audio' },
    })
    expect(await send(path, form({}, { bytes: Buffer.alloc(600_000) }), alone)).toMatchObject({
      status: 413,
      body: { code: 'too_large' },
    })
  })

  test('a provider without a key is 503 and names the variable', async () => {
    const without = { deepgram: 'DEEPGRAM_API_KEY', whisper: 'OPENAI_API_KEY', assemblyai: 'ASSEMBLYAI_API_KEY' }
    for (const [name, variable] of Object.entries(without))
      expect(await send(`/transcriptions/${name}`, form({}, { bytes: tone }), alone)).toMatchObject({
        status: 503,
        body: { error: expect.stringContaining(variable) },
      })
  })

  test('a provider that fails is 502 with its name, never an empty transcript', async () => {
    deepgram.play({ status: 401, body: { err_code: 'INVALID_AUTH', err_msg: 'no', request_id: 'x' } })
    const { status, body } = await send('/transcriptions/deepgram', form({}, { bytes: tone }))
    expect(status).toBe(502)
    expect(body.error).toContain('Deepgram')
    expect(body).not.toHaveProperty('transcript')
  })

  test('a language that the engine does not know is 422 and says what would help', async () => {
    const { status, body } = await send('/transcriptions/local', form({ language: 'it' }, { bytes: clip }), alone)
    expect(status).toBe(422)
    expect(body).toMatchObject({ code: 'unsupported_language', error: expect.stringContaining('mina models pull') })
    expect(body.error).toContain('DEEPGRAM_API_KEY')
    expect(await send('/transcriptions/local', form({ language: 'klingon!' }, { bytes: clip }), alone)).toMatchObject({
      status: 400,
    })
  })

  test('speech in another language than the engine knows comes with a warning', async () => {
    const italian =
      'Buongiorno a tutti, oggi parliamo della nuova strategia commerciale della nostra azienda e dei prossimi passi da fare insieme. Vi ringrazio per la vostra attenzione e vi auguro una buona giornata.'
    const path = await speak(join(sounds.path, 'it.wav'), { text: italian, espeak: 'it' })
    const { body } = await send('/transcriptions/local', form({}, { bytes: await readFile(path) }), alone)
    expect(body.warnings).toContainEqual(expect.objectContaining({ code: 'language_mismatch' }))
  })
})

describe('transcribe and translate', () => {
  test('translates only where it is asked to', async () => {
    const path = '/transcriptions/transcribe-and-translate'
    const fields = { transcript_model: 'deepgram', target_language: 'it' }
    const plain = await send(path, form(fields, { bytes: tone }))
    expect(plain.body).toMatchObject({ transcript: expect.stringContaining('tide'), translated_text: null })
    const { body } = await send(path, form({ ...fields, translate: 'true' }, { bytes: tone }))
    expect(body.translated_text).toBe(String(body.transcript).toUpperCase())
    expect(
      await send(path, form({ ...fields, translate: 'true', translation_model: 'x' }, { bytes: tone })),
    ).toMatchObject({ status: 400, body: { error: 'Invalid translation model. Must be "google" or "openai"' } })
    expect(await send(path, form({ transcript_model: 'x' }, { bytes: tone }))).toMatchObject({ status: 400 })
  })
})

describe('a video', () => {
  test('is a file in the form', async () => {
    const path = join(sounds.path, 'talk.mp4')
    await ffmpeg('-f', 'lavfi', '-i', 'color=size=64x64:rate=5', '-i', join(sounds.path, 'talk.wav'), '-shortest', path)
    const file = { bytes: await readFile(path), name: 'talk.mp4', field: 'video' }
    const { status, body } = await send('/transcriptions/video', form({ model_size: 'tiny' }, file), alone)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      source: 'video_file',
      service: 'whisper-video',
      model: 'moonshine-tiny-en',
      filename: 'talk.mp4',
      file_size: file.bytes.length,
      detected_language: 'en',
    })
    expect(body.word_count).toBeGreaterThan(8)
    expect((body.segments as unknown[]).length).toBeGreaterThan(0)
  })

  test('is asked of OpenAI where it has a key', async () => {
    const { body } = await send('/transcriptions/video', form({}, { bytes: tone, field: 'video' }))
    expect(body).toMatchObject({ model: 'whisper-1', detected_language: 'en' })
  })

  test('may be a link, fetched through the guard', async () => {
    const server = createServer((request, response) => {
      if (request.url === '/page') return void response.setHeader('content-type', 'text/html').end('<html>')
      response.setHeader('content-type', 'audio/wav').end(tone)
    })
    await new Promise<void>((done) => void server.listen(0, '127.0.0.1', () => done()))
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    try {
      const answer = await caller.json('/transcriptions/video', { video_url: `${base}/my%20talk.wav` })
      expect(await answer.json()).toMatchObject({
        source: 'video_url',
        video_url: `${base}/my%20talk.wav`,
        video_title: 'my talk.wav',
        video_uploader: null,
        video_duration: 5,
        transcript: expect.stringContaining('tide'),
      })
      const page = await caller.json('/transcriptions/video', { video_url: `${base}/page` })
      expect([page.status, await page.json()]).toMatchObject([415, { error: expect.stringContaining('yt-dlp') }])
      const guarded = await alone.json('/transcriptions/video', { video_url: `${base}/talk.wav` })
      expect([guarded.status, await guarded.json()]).toMatchObject([400, { error: expect.stringContaining('link') }])
    } finally {
      server.closeAllConnections()
      server.close()
    }
  })

  test.each([
    'file:///etc/passwd',
    'ftp://example.org/a.mp4',
    'http://user:secret@example.org/a.mp4',
    'http://127.1/a.mp4',
    'http://2130706433/a.mp4',
    'http://[::ffff:127.0.0.1]/a.mp4',
    'http://169.254.169.254/latest/meta-data',
    'http://[fd00::1]/a.mp4',
    'https://example.org:22/a.mp4',
    'no link',
  ])('behind %s is not fetched', async (video_url) => {
    const answer = await alone.json('/transcriptions/video', { video_url })
    expect([answer.status, await answer.json()]).toMatchObject([400, { error: expect.stringMatching(/link/i) }])
  })

  test('that is missing, unnamed or of another size has its own words', async () => {
    const path = '/transcriptions/video'
    const said = async (answer: Response) => ((await answer.json()) as { error: string }).error
    expect(await said(await caller.json(path, {}))).toBe('video_url is required for JSON requests')
    expect(await said(await caller.raw(path, { method: 'POST', body: form({}) }))).toBe(
      'Either video_url (JSON) or video file (multipart) is required',
    )
    expect(await said(await caller.raw(path, { method: 'POST' }))).toBe(
      'Either video_url (JSON) or video file (multipart) is required',
    )
    expect(await said(await caller.json(path, { video_url: 'https://example.org/a.mp4', model_size: 'huge' }))).toBe(
      'Invalid model size. Must be one of: tiny, base, small, medium, large',
    )
    expect(await said(await caller.json(path, { video_url: 7 }))).toBe('Video URL cannot be empty')
  })
})

describe('usage', () => {
  test('is entered with seconds, service, path and cost; failures are given back; the plan holds', async () => {
    const person = await keyed(bare)
    await send('/transcriptions/local', form({}, { bytes: clip }), person.byKey)
    await send('/transcriptions/local', form({ language: 'it' }, { bytes: clip }), person.byKey)
    const { usage, month } = await person.call(getUsage, { query: {} })
    expect(usage).toMatchObject([{ service: 'local', endpoint: '/transcriptions/local', cost_usd: 0 }])
    expect(usage[0]!.audio_seconds).toBeGreaterThan(3)
    expect(month.audio_minutes_month).toBeCloseTo(usage[0]!.audio_seconds / 60, 1)
    const long = join(sounds.path, 'long.mp3')
    await ffmpeg('-f', 'lavfi', '-i', 'anullsrc=r=16000:cl=mono', '-t', '61', '-b:a', '16k', long)
    const refused = await send('/transcriptions/local', form({}, { bytes: await readFile(long) }), person.byKey)
    expect(refused).toMatchObject({ status: 402, body: { code: 'quota_exceeded' } })
  })

  test('a caller who goes away is not charged, and the provider is let go', async () => {
    const person = await keyed(app)
    const before = deepgram.requests.length
    deepgram.play('hang')
    const gone = new AbortController()
    const asked = fetch(`${app.base}/transcriptions/deepgram`, {
      method: 'POST',
      body: form({}, { bytes: tone }),
      headers: { cookie: '', 'x-api-key': await keyOf(person) },
      signal: gone.signal,
    }).catch(() => 'gone')
    await deepgram.arrived(before + 1)
    gone.abort()
    expect(await asked).toBe('gone')
    await deepgram.abandoned(before + 1)
    await expect.poll(async () => (await person.call(getUsage, { query: {} })).month.audio_minutes_month).toBe(0)
    expect((await person.call(getUsage, { query: {} })).usage).toEqual([])
  })
})

const keyOf = async (person: Awaited<ReturnType<TestApp['person']>>) =>
  (await person.call(createKey, { body: { name: 'other' } })).api_key
