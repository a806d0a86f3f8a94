import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createKey, getUsage } from '@mina/contract'
import OpenAI, { toFile } from 'openai'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type TestApp, type TestPerson, testApp } from '../../../../test/app.ts'
import { createDeepgramDouble } from '../../../../test/doubles/speech/deepgram.ts'
import { fiveSeconds, waveOf } from '../../../../test/doubles/speech/recordings.ts'
import { startChatDouble } from '../../../../test/doubles/translation/chat.ts'
import { soundFolder, speak } from '../../../../test/sounds.ts'

/** Real recognition, on machines that may be busy with more. */
vi.setConfig({ testTimeout: 90_000 })

let sounds: Awaited<ReturnType<typeof soundFolder>>
let deepgram: Awaited<ReturnType<typeof createDeepgramDouble>>
let chat: Awaited<ReturnType<typeof startChatDouble>>
let local: TestApp
let provided: TestApp
let mine: OpenAI
let theirs: OpenAI
let path: string
const tone = waveOf(fiveSeconds())

const clientOf = async (app: TestApp, who: TestPerson) => {
  const { api_key } = await who.call(createKey, { body: { name: 'sdk' } })
  return new OpenAI({ apiKey: api_key, baseURL: `${app.base}/v1`, maxRetries: 0 })
}

const clip = () => createReadStream(path)
const someTone = () => toFile(tone, 'a.wav')

beforeAll(async () => {
  sounds = await soundFolder()
  const text = 'Good morning everyone. The meeting about the harbour starts at nine. Please bring your documents.'
  path = await speak(join(sounds.path, 'talk.wav'), { text, espeak: 'en-us' })
  deepgram = await createDeepgramDouble()
  chat = await startChatDouble({ translate: (it) => it.toUpperCase() })
  local = await testApp({ env: { MAX_UPLOAD_MB: '0.5', PLAN_FREE_MINUTES: '3' } })
  provided = await testApp({
    env: {
      TRANSCRIPTION_PROVIDER: 'deepgram',
      DEEPGRAM_API_KEY: 'dg-key',
      DEEPGRAM_BASE_URL: deepgram.url,
      LLM_BASE_URL: `${chat.url}/v1`,
      LLM_MODEL: 'llama',
    },
  })
  mine = await clientOf(local, await local.person())
  theirs = await clientOf(provided, await provided.person())
})
afterAll(async () => {
  await Promise.all([local.close(), provided.close()])
  await Promise.all([deepgram.close(), chat.close(), sounds.remove()])
})

const words = /meeting/i

describe("OpenAI's client, with nothing but another address", () => {
  test('gets json', async () => {
    const answer = await mine.audio.transcriptions.create({ file: clip(), model: 'whisper-1' })
    expect(answer.text).toMatch(words)
    expect(answer.usage).toMatchObject({ type: 'duration' })
  })

  test('gets text, srt and vtt as text', async () => {
    const as = (response_format: 'text' | 'srt' | 'vtt') =>
      mine.audio.transcriptions.create({ file: clip(), model: 'whisper-1', response_format }) as Promise<string>
    expect(await as('text')).toMatch(words)
    expect(await as('srt')).toMatch(/^1\n00:00:0\d,\d{3} --> 00:00:0\d,\d{3}\n/)
    expect(await as('vtt')).toMatch(/^WEBVTT\n\n1\n00:00:0\d\.\d{3} --> /)
  })

  test('gets verbose_json with all ten members of a segment, and words', async () => {
    const answer = await mine.audio.transcriptions.create({
      file: clip(),
      model: 'whisper-1',
      response_format: 'verbose_json',
      timestamp_granularities: ['segment', 'word'],
    })
    expect(answer).toMatchObject({ language: 'english', text: expect.stringMatching(words) })
    expect(answer.duration).toBeGreaterThan(3)
    expect(Object.keys(answer.segments![0]!).sort()).toEqual(
      'avg_logprob compression_ratio end id no_speech_prob seek start temperature text tokens'.split(' '),
    )
    expect(
      answer
        .segments!.map(({ text }) => text)
        .join('')
        .trim(),
    ).toBe(answer.text)
    const heard = answer.words!
    expect(heard.length).toBeGreaterThan(8)
    expect(heard.every((word, at) => word.end >= word.start && word.start >= (heard[at - 1]?.start ?? 0))).toBe(true)
  })

  test('gets words without segments where only words are wanted', async () => {
    const answer = await theirs.audio.transcriptions.create({
      file: await someTone(),
      model: 'whisper-1',
      response_format: 'verbose_json',
      timestamp_granularities: ['word'],
    })
    expect(answer.segments).toBeUndefined()
    expect(answer.words![0]).toEqual({ word: 'Good', start: 0.2, end: 0.514 })
  })

  test('gets speakers', async () => {
    const answer = await theirs.audio.transcriptions.create({
      file: await someTone(),
      model: 'gpt-4o-transcribe-diarize',
      response_format: 'diarized_json',
      chunking_strategy: 'auto',
    })
    expect(answer).toMatchObject({
      task: 'transcribe',
      segments: [
        { type: 'transcript.text.segment', id: 'seg_001', speaker: 'A', start: 0.2, end: 2.4 },
        { id: 'seg_002', speaker: 'B', text: 'When does the tide turn?' },
      ],
    })
    expect(deepgram.requests.at(-1)!.query.get('diarize')).toBe('true')
  })

  test('gets a stream whose deltas join to the whole', async () => {
    const stream = await mine.audio.transcriptions.create({ file: clip(), model: 'gpt-4o-transcribe', stream: true })
    let text = ''
    let done: string | undefined
    for await (const event of stream) {
      if (event.type === 'transcript.text.delta') text += event.delta
      if (event.type === 'transcript.text.done') done = event.text
    }
    expect(text).toMatch(words)
    expect(done).toBe(text)
  })

  test('gets a stream of segments with speakers', async () => {
    const stream = await theirs.audio.transcriptions.create({
      file: await someTone(),
      model: 'gpt-4o-transcribe-diarize',
      response_format: 'diarized_json',
      stream: true,
    })
    const types: string[] = []
    for await (const event of stream) types.push(event.type)
    expect(types).toEqual([
      ...['transcript.text.segment', 'transcript.text.delta'],
      ...['transcript.text.segment', 'transcript.text.delta', 'transcript.text.done'],
    ])
  })

  test('gets events for plain text too, as from the original', async () => {
    const stream = await theirs.audio.transcriptions.create({
      file: await someTone(),
      model: 'gpt-4o-transcribe',
      response_format: 'text',
      stream: true,
    })
    const types: string[] = []
    for await (const event of stream) types.push(event.type)
    expect(types).toEqual(['transcript.text.delta', 'transcript.text.delta', 'transcript.text.done'])
  })

  test.each(['srt', 'vtt'] as const)(
    'is told that %s can not be streamed, before anything is heard',
    async (format) => {
      const before = deepgram.requests.length
      for (const model of ['gpt-4o-transcribe', 'gpt-4o-transcribe-diarize'])
        await expect(
          theirs.audio.transcriptions.create({
            ...{ file: await someTone(), model, response_format: format, stream: true as const },
          }),
        ).rejects.toMatchObject({
          status: 400,
          type: 'invalid_request_error',
          param: 'response_format',
          code: 'unsupported_value',
          message: expect.stringMatching(/can not be streamed.*'json'/),
        })
      expect(deepgram.requests).toHaveLength(before)
      // As documented there, whisper-1 leaves out the stream and answers the file.
      const answer = await theirs.audio.transcriptions
        .create({ file: await someTone(), model: 'whisper-1', response_format: format, stream: true })
        .asResponse()
      expect(answer.headers.get('content-type')).toMatch(/^text\/plain/)
      expect(await answer.text()).toMatch(/00:00:00[,.]\d{3} --> /)
    },
  )

  test('learns from the stream that it failed', async () => {
    deepgram.play({ status: 401, body: { err_code: 'INVALID_AUTH', err_msg: 'no', request_id: 'x' } })
    const stream = await theirs.audio.transcriptions.create({
      file: await someTone(),
      model: 'gpt-4o-transcribe',
      stream: true,
    })
    const read = async () => {
      for await (const event of stream) expect(event.type).toBe('never')
    }
    await expect(read()).rejects.toMatchObject({
      code: 'provider_failed',
      message: expect.stringContaining('Deepgram'),
    })
  })

  test('lists models and finds one', async () => {
    const names: string[] = []
    for await (const model of mine.models.list()) names.push(model.id)
    expect(names).toEqual(expect.arrayContaining(['whisper-1', 'gpt-4o-transcribe', 'moonshine-tiny-en']))
    expect(await mine.models.retrieve('moonshine-tiny-en')).toMatchObject({ object: 'model', owned_by: 'local' })
    await expect(mine.models.retrieve('gpt-9')).rejects.toMatchObject({ status: 404, code: 'model_not_found' })
  })
})

describe('translations', () => {
  test('of English speech are what was said', async () => {
    const answer = await mine.audio.translations.create({ file: clip(), model: 'whisper-1' })
    expect(answer.text).toMatch(words)
  })

  test('of other speech go through the translation engine', async () => {
    deepgram.play({ status: 200, body: spanish })
    const answer = await theirs.audio.translations.create({
      file: await someTone(),
      model: 'whisper-1',
      response_format: 'verbose_json',
    })
    expect(answer).toMatchObject({ text: 'BUENOS DÍAS A TODOS.', language: 'english', task: 'translate' })
  })

  test('say what is missing where nothing translates', async () => {
    const italian =
      'Buongiorno a tutti, oggi parliamo della nuova strategia commerciale della nostra azienda e dei prossimi passi da fare insieme. Vi ringrazio per la vostra attenzione.'
    await speak(join(sounds.path, 'it.wav'), { text: italian, espeak: 'it' })
    const file = await toFile(await readFile(join(sounds.path, 'it.wav')), 'it.wav')
    await expect(mine.audio.translations.create({ file, model: 'whisper-1' })).rejects.toMatchObject({
      status: 422,
      code: 'unsupported_language',
    })
  })
})

const spanishWords = 'Buenos días a todos.'.split(' ').map((word, at) => ({
  word: word.toLowerCase(),
  punctuated_word: word,
  start: at,
  end: at + 1,
  confidence: 0.9,
}))
const spanish = {
  metadata: {
    request_id: 'x',
    sha256: 'x',
    created: new Date().toISOString(),
    duration: 5,
    channels: 1,
    models: [],
    model_info: {},
  },
  results: {
    channels: [
      {
        detected_language: 'es',
        language_confidence: 0.99,
        alternatives: [{ transcript: 'Buenos días a todos.', confidence: 0.9, words: spanishWords }],
      },
    ],
  },
}

describe("failures in OpenAI's shape", () => {
  const form = async (fields: Record<string, string>, file?: Buffer, order: 'first' | 'last' = 'first') => {
    const body = new FormData()
    const add = () => file && body.append('file', new Blob([new Uint8Array(file)]), 'a.wav')
    if (order === 'first') add()
    for (const [name, value] of Object.entries(fields)) body.append(name, value)
    if (order === 'last') add()
    const answer = await fetch(`${local.base}/v1/audio/transcriptions`, {
      method: 'POST',
      body,
      headers: { authorization: `Bearer ${mine.apiKey}` },
    })
    return {
      status: answer.status,
      headers: answer.headers,
      body: (await answer.json()) as { error: { message: string } },
    }
  }

  test('name the field', async () => {
    expect(await form({ model: 'whisper-1' })).toMatchObject({
      status: 400,
      body: {
        error: {
          message: "Missing required parameter: 'file'.",
          type: 'invalid_request_error',
          param: 'file',
          code: 'missing_required_parameter',
        },
      },
    })
    for (const [field, value] of Object.entries({
      response_format: 'xml',
      temperature: 'hot',
      language: '??',
      'timestamp_granularities[]': 'letter',
      'known_speaker_names[]': 'Ann',
    }))
      expect(await form({ [field]: value }, tone)).toMatchObject({
        status: 400,
        body: { error: { param: field.replace('[]', ''), type: 'invalid_request_error' } },
      })
    expect(await form({ model: 'gpt-9' }, tone)).toMatchObject({
      status: 404,
      body: { error: { code: 'model_not_found', param: 'model' } },
    })
  })

  test('take the file before or after the fields', async () => {
    const fields = { model: 'whisper-1', response_format: 'verbose_json' }
    for (const order of ['first', 'last'] as const)
      expect(await form(fields, tone, order)).toMatchObject({ status: 200, body: { task: 'transcribe', duration: 5 } })
  })

  test('say 413 in its words, 401 and 415', async () => {
    const { status, body } = await form({ model: 'whisper-1' }, Buffer.alloc(600_000))
    expect(status).toBe(413)
    expect(body.error.message).toMatch(/^Maximum content size limit \(524288\) exceeded \(\d+ bytes read\)$/)
    expect(await form({}, Buffer.from('no sound'))).toMatchObject({ status: 415, body: { error: { param: null } } })
    const stranger = new OpenAI({ apiKey: 'usr_x_y', baseURL: `${local.base}/v1`, maxRetries: 0 })
    await expect(stranger.models.list()).rejects.toMatchObject({ status: 401, code: 'invalid_api_key' })
  })

  test('tell how many requests are left', async () => {
    const { headers } = await form({ model: 'whisper-1' })
    expect(Number(headers.get('x-ratelimit-remaining-requests'))).toBeLessThan(
      Number(headers.get('x-ratelimit-limit-requests')),
    )
    expect(headers.get('x-ratelimit-reset-requests')).toMatch(/^\d+s$/)
  })
})

describe('a caller who leaves', () => {
  test.each([true, false])('is not charged, and the provider is let go (stream: %s)', async (stream) => {
    const other = await provided.person()
    const { apiKey } = await clientOf(provided, other)
    const before = deepgram.requests.length
    deepgram.play('hang')
    const gone = new AbortController()
    const client = new OpenAI({ apiKey, baseURL: `${provided.base}/v1`, maxRetries: 0 })
    const asked = client.audio.transcriptions
      .create({ file: await someTone(), model: 'gpt-4o-transcribe', stream }, { signal: gone.signal })
      .then(async (answer) => {
        if (typeof answer !== 'string' && Symbol.asyncIterator in answer)
          for await (const event of answer) expect(event.type).toBe('never')
      })
      .then(
        () => 'ended',
        () => 'failed',
      )
    await deepgram.arrived(before + 1)
    gone.abort()
    await asked
    await deepgram.abandoned(before + 1)
    await expect.poll(async () => (await other.call(getUsage, { query: {} })).month.audio_minutes_month).toBe(0)
    expect((await other.call(getUsage, { query: {} })).usage).toEqual([])
    expect(provided.logged()).not.toContain('"code":"internal"')
  })
})

describe('usage', () => {
  test('is entered under the path, and a used-up plan is told once, without retries', async () => {
    const other = await local.person()
    const client = await clientOf(local, other)
    const statuses: number[] = []
    const patient = new OpenAI({
      apiKey: client.apiKey,
      baseURL: `${local.base}/v1`,
      maxRetries: 2,
      fetch: async (...request) => {
        const answer = await fetch(...request)
        // The SDK tries out its fetch on a data URL first.
        if (String(request[0]).startsWith('http')) statuses.push(answer.status)
        return answer
      },
    })
    const silence = waveOf(new Int16Array(8_000 * 27), 8_000)
    const ask = async () =>
      patient.audio.transcriptions.create({ file: await toFile(silence, 'a.wav'), model: 'whisper-1' })
    for (let used = 0; used < 6; used += 1) expect((await ask()).text).toBe('')
    await expect(ask()).rejects.toMatchObject({ status: 429, code: 'insufficient_quota' })
    expect(statuses).toEqual([...Array(6).fill(200), 429])
    const { usage } = await other.call(getUsage, { query: {} })
    expect(usage).toHaveLength(6)
    expect(usage[0]).toMatchObject({
      ...{ service: 'local', endpoint: '/v1/audio/transcriptions', audio_seconds: 27, cost_usd: 0 },
    })
  })
})
