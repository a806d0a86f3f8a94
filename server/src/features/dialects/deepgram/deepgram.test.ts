import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { DeepgramClient } from '@deepgram/sdk'
import { createKey, getUsage } from '@mina/contract'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type TestApp, type TestPerson, testApp } from '../../../../test/app.ts'
import { createDeepgramDouble } from '../../../../test/doubles/speech/deepgram.ts'
import { fiveSeconds, samplesOf, waveOf } from '../../../../test/doubles/speech/recordings.ts'
import { ffmpeg, soundFolder, speak } from '../../../../test/sounds.ts'

interface Arrival {
  method: string
  body: { err_code?: string; metadata?: { request_id: string }; results?: unknown; request_id?: string }
}

/** Real recognition, on machines that may be busy with more. */
vi.setConfig({ testTimeout: 90_000 })

let sounds: Awaited<ReturnType<typeof soundFolder>>
let double: Awaited<ReturnType<typeof createDeepgramDouble>>
let local: TestApp
let provided: TestApp
let person: TestPerson
let mine: DeepgramClient
let theirs: DeepgramClient
let key: string
let path: string
let web: Server
let base: string
const arrivals: Arrival[] = []
let refusals = 0
const tone = waveOf(fiveSeconds())

const clientOf = (app: TestApp, apiKey: string) =>
  new DeepgramClient({
    apiKey,
    environment: { base: app.base, production: app.base, agent: app.base, agentRest: app.base },
    maxRetries: 0,
  })
const keyOf = async (who: TestPerson) => (await who.call(createKey, { body: { name: 'sdk' } })).api_key

const listen = async (query: string, options: RequestInit = {}, app = local, apiKey = key) => {
  const answer = await fetch(`${app.base}/v1/listen?${query}`, {
    method: 'POST',
    body: tone,
    ...options,
    headers: { authorization: `Token ${apiKey}`, 'content-type': 'audio/wav', ...options.headers },
  })
  return { status: answer.status, headers: answer.headers, body: await answer.json() }
}

beforeAll(async () => {
  sounds = await soundFolder()
  const text = 'Good morning everyone. The meeting about the harbour starts at nine. Please bring your documents.'
  path = await speak(join(sounds.path, 'talk.wav'), { text, espeak: 'en-us' })
  const clip = await readFile(path)
  web = createServer(async (request, response) => {
    if (request.url === '/talk.wav') return void response.setHeader('content-type', 'audio/wav').end(clip)
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    if (refusals > 0) {
      refusals -= 1
      return void response.writeHead(503).end()
    }
    arrivals.push({ method: request.method ?? '', body: JSON.parse(String(Buffer.concat(chunks))) })
    response.end('ok')
  })
  await new Promise<void>((done) => void web.listen(0, '127.0.0.1', () => done()))
  base = `http://127.0.0.1:${(web.address() as AddressInfo).port}`
  double = await createDeepgramDouble()
  local = await testApp({ env: { MEDIA_ALLOW: '127.0.0.1', OUTBOUND_ALLOW: '127.0.0.1', PLAN_FREE_MINUTES: '5' } })
  provided = await testApp({
    env: {
      TRANSCRIPTION_PROVIDER: 'deepgram',
      DEEPGRAM_API_KEY: 'dg-key',
      DEEPGRAM_BASE_URL: double.url,
      OUTBOUND_ALLOW: '127.0.0.1',
    },
  })
  person = await local.person()
  key = await keyOf(person)
  mine = clientOf(local, key)
  theirs = clientOf(provided, await keyOf(await provided.person()))
})
afterAll(async () => {
  web.closeAllConnections()
  web.close()
  await Promise.all([local.close(), provided.close()])
  await Promise.all([double.close(), sounds.remove()])
})

/** The answer of a call without callback. */
const whole = <T extends object>(answer: T) => {
  if (!('results' in answer)) throw new Error('no results')
  return answer as Extract<T, { results: unknown }>
}

describe("Deepgram's client, with nothing but another address", () => {
  test('has a file heard on this machine', async () => {
    const answer = whole(
      await mine.listen.v1.media.transcribeFile(createReadStream(path), {
        model: 'nova-3',
        smart_format: true,
        utterances: true,
      }),
    )
    const [alternative] = answer.results.channels[0]!.alternatives!
    expect(alternative!.transcript).toMatch(/meeting/i)
    expect(alternative!.confidence).toBe(0)
    expect(alternative!.words!.length).toBeGreaterThan(8)
    expect(alternative!.words![0]).toMatchObject({ confidence: 0, punctuated_word: expect.any(String) })
    expect(alternative!.words!.map(({ word }) => word)).toContain('meeting')
    expect(alternative!.paragraphs!.paragraphs![0]!.sentences!.length).toBeGreaterThan(0)
    expect(answer.results.utterances!.length).toBeGreaterThan(0)
    const { metadata } = answer
    expect(metadata).toMatchObject({
      channels: 1,
      sha256: createHash('sha256')
        .update(await readFile(path))
        .digest('hex'),
    })
    expect(metadata.duration).toBeGreaterThan(3)
    expect(metadata.model_info[metadata.models[0]!]).toMatchObject({ name: 'moonshine-tiny-en', arch: 'local' })
  })

  test('has a link heard, fetched through the guard', async () => {
    const answer = whole(await mine.listen.v1.media.transcribeUrl({ url: `${base}/talk.wav`, model: 'nova-2' }))
    expect(answer.results.channels[0]!.alternatives![0]!.transcript).toMatch(/^[a-z0-9' -]*meeting[a-z0-9' -]*$/)
  })

  test('gets speakers as numbers, through the provider that is set up', async () => {
    const answer = whole(
      await theirs.listen.v1.media.transcribeFile(tone, {
        model: 'nova-3',
        diarize: true,
        punctuate: true,
        paragraphs: true,
        utterances: true,
        detect_language: true,
        keyterm: ['harbour'],
        tag: ['office'],
      }),
    )
    expect(answer.results.channels[0]).toMatchObject({
      detected_language: 'en',
      alternatives: [
        {
          transcript: 'Good morning, this is the harbour office. When does the tide turn?',
          paragraphs: {
            paragraphs: [
              { speaker: 0, num_words: 7 },
              { speaker: 1, num_words: 5 },
            ],
          },
        },
      ],
    })
    expect(answer.results.utterances).toMatchObject([
      { speaker: 0, channel: 0, start: 0.2, transcript: 'Good morning, this is the harbour office.' },
      { speaker: 1, channel: 0, end: 4.6, transcript: 'When does the tide turn?' },
    ])
    expect(answer.metadata.tags).toEqual(['office'])
    expect(double.requests.at(-1)!.query.get('keyterm')).toBe('harbour')
  })

  test('gets each channel by itself', async () => {
    const stereo = new Int16Array(16_000 * 10)
    stereo.set(samplesOf([{ seconds: 10, hertz: 220 }]))
    const answer = whole(
      await theirs.listen.v1.media.transcribeFile(waveOf(stereo, 16_000, 2), { model: 'nova-2', multichannel: true }),
    )
    expect(answer.metadata.channels).toBe(2)
    expect(answer.results.channels.map(({ alternatives }) => alternatives![0]!.transcript)).toEqual([
      expect.stringContaining('harbour'),
      expect.stringContaining('tide'),
    ])
  })

  test('gets a channel on which nobody spoke, too', async () => {
    const halves = join(sounds.path, 'left.wav')
    await ffmpeg('-i', path, '-af', 'pan=stereo|c0=c0|c1=0*c0', halves)
    const answer = whole(
      await mine.listen.v1.media.transcribeFile(createReadStream(halves), { multichannel: true, utterances: true }),
    )
    expect(answer.metadata.channels).toBe(2)
    expect(answer.results.channels.map(({ alternatives }) => alternatives![0]!.transcript)).toEqual([
      expect.stringContaining('harbo'),
      '',
    ])
    expect(new Set(answer.results.utterances!.map(({ channel }) => channel))).toEqual(new Set([0]))
  })

  test('lists models and its one project', async () => {
    const { stt } = await mine.manage.v1.models.list()
    expect(stt).toContainEqual(
      expect.objectContaining({ name: 'moonshine-tiny-en', architecture: 'local', batch: true }),
    )
    const uuid = stt!.find(({ name }) => name === 'moonshine-tiny-en')!.uuid!
    expect(await mine.manage.v1.models.get(uuid)).toMatchObject({ name: 'moonshine-tiny-en' })
    const { projects } = await mine.manage.v1.projects.list()
    expect(projects).toEqual([{ project_id: person.user.id, name: 'Mina' }])
    expect(await mine.manage.v1.projects.get(person.user.id)).toMatchObject({ name: 'Mina' })
  })

  test('is told what is wrong as Deepgram tells it', async () => {
    const stranger = clientOf(local, 'usr_x_y')
    await expect(stranger.listen.v1.media.transcribeFile(tone, {})).rejects.toMatchObject({
      statusCode: 401,
      body: { err_code: 'INVALID_AUTH' },
    })
  })
})

describe('with a callback', () => {
  const arrived = async (request_id: string) => {
    const found = () => arrivals.find(({ body }) => (body.metadata?.request_id ?? body.request_id) === request_id)
    await expect.poll(() => found() !== undefined, { timeout: 60_000 }).toBe(true)
    return found()!
  }

  test('the answer is sent later, also to a receiver that is down at first', async () => {
    refusals = 1
    const { body } = await listen(`callback=${encodeURIComponent(`${base}/hook`)}&callback_method=put&punctuate=true`, {
      body: await readFile(path),
    })
    expect(body).toEqual({ request_id: expect.any(String) })
    const { method, body: answer } = await arrived((body as { request_id: string }).request_id)
    expect(method).toBe('PUT')
    expect(answer.results).toMatchObject({
      channels: [{ alternatives: [{ transcript: expect.stringMatching(/meeting/i) }] }],
    })
    const { usage } = await person.call(getUsage, { query: {} })
    expect(usage).toContainEqual(expect.objectContaining({ endpoint: '/v1/listen', service: 'local' }))
  })

  test('a failure is sent too, and costs nothing', async () => {
    const other = await provided.person()
    const otherKey = await keyOf(other)
    double.play({ status: 401, body: { err_code: 'INVALID_AUTH', err_msg: 'no', request_id: 'x' } })
    const { body } = await listen(`callback=${encodeURIComponent(`${base}/hook`)}`, {}, provided, otherKey)
    const { body: answer } = await arrived((body as { request_id: string }).request_id)
    expect(answer).toMatchObject({ err_code: 'PROVIDER_FAILED', err_msg: expect.stringContaining('Deepgram') })
    const { usage, month } = await other.call(getUsage, { query: {} })
    expect([usage, month.audio_minutes_month]).toEqual([[], 0])
  })

  test('that is no web address is refused at once', async () => {
    for (const address of ['ftp://example.org', 'nonsense'])
      expect(await listen(`callback=${encodeURIComponent(address)}`)).toMatchObject({ status: 400 })
  })
})

describe('a raw request', () => {
  test('is sniffed whatever type it announces', async () => {
    for (const type of ['application/octet-stream', 'deepgram/audio+video', 'audio/x-wav', 'text/plain'])
      expect(await listen('', { headers: { 'content-type': type } })).toMatchObject({
        status: 200,
        body: { metadata: { duration: 5 }, results: { channels: [{ alternatives: [{ transcript: '' }] }] } },
      })
  })

  test('that promises more than Mina keeps is refused, and hints are let pass', async () => {
    for (const option of [
      'redact=pci',
      'summarize=v2',
      'search=tide',
      'profanity_filter=true',
      'model=gpt-9',
      'punctuate=x',
    ])
      expect(await listen(option)).toMatchObject({
        status: 400,
        body: { err_code: 'INVALID_QUERY_PARAMETER', err_msg: expect.any(String), request_id: expect.any(String) },
      })
    expect(await listen('numerals=true&filler_words=true&version=latest&redact=false&mip_opt_out=true')).toMatchObject({
      status: 200,
    })
  })

  test('of another language is refused with the remedy', async () => {
    expect(await listen('language=it')).toMatchObject({
      status: 422,
      body: { err_code: 'UNSUPPORTED_LANGUAGE', err_msg: expect.stringContaining('mina models pull') },
    })
  })

  test('that is empty, no recording or no link is refused', async () => {
    expect(await listen('', { body: Buffer.alloc(0) })).toMatchObject({ status: 400 })
    expect(await listen('', { body: Buffer.from('no sound at all') })).toMatchObject({ status: 415 })
    const json = { headers: { 'content-type': 'application/json' } }
    expect(await listen('', { ...json, body: '{}' })).toMatchObject({ status: 400, body: { err_code: 'Bad Request' } })
    expect(await listen('', { ...json, body: '{"url":"http://10.0.0.1/x.wav"}' })).toMatchObject({ status: 400 })
    expect((await listen('', { body: Buffer.alloc(0) })).headers.get('dg-request-id')).toBeTruthy()
  })
})
