import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createDeepgramDouble, type DeepgramDouble } from '../../../../test/doubles/speech/deepgram.ts'
import { fiveSeconds, waveRecording } from '../../../../test/doubles/speech/recordings.ts'
import { shapeOf } from '../../../../test/doubles/speech/shapes.ts'
import { silentLog } from '../../../platform/log.ts'
import type { Recording, Utterance } from '../../port.ts'
import { listPrices } from '../../prices.ts'
import type { Tuning } from '../../provider.ts'
import { createDeepgram } from './index.ts'

let folder: string
let recording: Recording
let double: DeepgramDouble
let pauses: number[]

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mina-deepgram-'))
  recording = await waveRecording(folder, fiveSeconds())
})
afterAll(() => rm(folder, { recursive: true, force: true }))
beforeEach(async () => {
  double = await createDeepgramDouble()
  pauses = []
})
afterEach(() => double.close())

const engine = (tuning: Tuning = {}, more: { apiKey?: string; model?: string } = {}) =>
  createDeepgram({
    apiKey: 'dg-key',
    baseUrl: double.url,
    prices: listPrices,
    log: silentLog,
    ...more,
    tuning: {
      pace: { now: Date.now, random: () => 0.5, sleep: async (ms) => void pauses.push(ms) },
      ...tuning,
    },
  })

const textOf = (utterances: readonly Utterance[]) => utterances.map((utterance) => utterance.text)

describe('a recording', () => {
  test('is sent byte for byte with the options, and comes back as utterances with words, speakers and cost', async () => {
    const told: Utterance[] = []
    const transcript = await engine().transcribe(recording, {
      language: 'en',
      diarize: true,
      paragraphs: true,
      onUtterance: (utterance) => void told.push(utterance),
    })
    const [request] = double.requests
    expect(request!.sha256).toBe(
      createHash('sha256')
        .update(await readFile(recording.path))
        .digest('hex'),
    )
    expect(Object.fromEntries(request!.query)).toEqual({
      model: 'nova-2',
      language: 'en',
      diarize: 'true',
      punctuate: 'true',
      smart_format: 'true',
      paragraphs: 'true',
      utterances: 'true',
      multichannel: 'false',
    })
    expect(transcript).toMatchObject({ engine: 'deepgram', model: 'nova-2', language: 'en', chunks: 1, warnings: [] })
    expect(transcript.cost_usd).toBe(0.000358)
    expect(transcript.utterances).toEqual(told)
    expect(transcript.utterances[0]).toMatchObject({
      start_ms: 200,
      end_ms: 2400,
      text: 'Good morning, this is the harbour office.',
      confidence: 0.98,
      speaker: 'Speaker 1',
    })
    expect(transcript.utterances[1]).toMatchObject({ speaker: 'Speaker 2', text: 'When does the tide turn?' })
    expect(transcript.utterances[0]!.words![0]).toEqual({
      text: 'good',
      punctuated: 'Good',
      start_ms: 200,
      end_ms: 514,
      confidence: 0.98,
      speaker: 'Speaker 1',
    })
    expect(shapeOf('deepgram-batch', 'ListenV1Response').safeParse(transcript.raw).error).toBeUndefined()
  })

  test('words to expect go to the option that the model knows', async () => {
    await engine({}, { model: 'nova-2' }).transcribe(recording, { language: 'en', vocabulary: ['Mina', 'Skagen'] })
    await engine({}, { model: 'nova-3' }).transcribe(recording, { language: 'en', vocabulary: ['Mina', 'Skagen'] })
    expect(double.requests.map(({ query }) => [query.getAll('keywords'), query.getAll('keyterm')])).toEqual([
      [['Mina', 'Skagen'], []],
      [[], ['Mina', 'Skagen']],
    ])
  })

  test('without a language it is detected, and what Deepgram can not do is said', async () => {
    const transcript = await engine().transcribe(recording, { prompt: 'A call', punctuate: false })
    expect(double.requests[0]!.query.get('detect_language')).toBe('true')
    expect(double.requests[0]!.query.get('smart_format')).toBe('false')
    expect(transcript.language).toBe('en')
    expect(transcript.utterances[0]!.text).toBe('good morning this is the harbour office')
    expect(transcript.warnings.map((warning) => warning.code)).toEqual(['option_ignored'])
  })

  test('the channels of a call are speakers, and are paid one by one', async () => {
    const stereo = await waveRecording(folder, new Int16Array(160_000), 2)
    const transcript = await engine().transcribe(stereo, { language: 'en', multichannel: true })
    expect(transcript.utterances.map(({ channel, speaker }) => [channel, speaker])).toEqual([
      [0, 'Speaker 1'],
      [1, 'Speaker 2'],
    ])
    expect(transcript.cost_usd).toBe(0.000717)
  })

  test('silence is no failure, and an answer about a part of the recording is noticed', async () => {
    await double.close()
    double = await createDeepgramDouble({ speech: [] })
    expect((await engine().transcribe(recording, {})).warnings[0]!.code).toBe('no_speech')
    await double.close()
    double = await createDeepgramDouble({ duration: 2 })
    expect((await engine().transcribe(recording, {})).warnings[0]!.code).toBe('gap')
  })

  test('a language that the model does not know is refused before anything is sent', async () => {
    await expect(engine().transcribe(recording, { language: 'sw' })).rejects.toMatchObject({
      code: 'unsupported_language',
    })
    expect(double.requests).toHaveLength(0)
  })
})

describe('when Deepgram fails', () => {
  test('429 is tried again after the pause that was asked for', async () => {
    double.play({
      status: 429,
      headers: { 'retry-after': '7' },
      body: { err_code: 'TOO_MANY_REQUESTS', err_msg: '', request_id: '' },
    })
    const transcript = await engine().transcribe(recording, { language: 'en' })
    expect(textOf(transcript.utterances)).toHaveLength(2)
    expect(pauses).toEqual([7250])
    expect(double.requests[1]!.sha256).toBe(double.requests[0]!.sha256)
  })

  test('500 and a broken connection are tried again with growing pauses', async () => {
    double.play({ status: 500 }, 'dropped', 'truncated')
    await engine().transcribe(recording, { language: 'en' })
    expect(pauses).toEqual([375, 750, 1500])
  })

  test.each([
    ['truncated', 'provider_failed'],
    ['malformed', 'provider_failed'],
    ['dropped', 'provider_failed'],
    ['hang', 'timeout'],
    ['stalled', 'timeout'],
  ] as const)('an answer that is %s never becomes an empty transcript', async (step, code) => {
    double.play(step, step)
    const failing = engine({ retry: { attempts: 2 }, request_ms: () => 300 }).transcribe(recording, { language: 'en' })
    await expect(failing).rejects.toMatchObject({ name: 'SpeechError', engine: 'deepgram', code, retryable: true })
    expect(double.requests).toHaveLength(2)
  })

  test.each([
    [401, 'Check DEEPGRAM_API_KEY'],
    [403, 'Check DEEPGRAM_API_KEY'],
    [402, 'no credit left'],
    [400, 'refused the request'],
  ])('%i is not tried again and says what to do', async (status, words) => {
    double.play({ status, body: { err_code: 'X', err_msg: 'secret words', request_id: 'r' } })
    const error = await engine()
      .transcribe(recording, { language: 'en' })
      .catch((caught: Error) => caught)
    expect(error).toMatchObject({
      code: 'provider_failed',
      retryable: false,
      status,
      message: expect.stringContaining(words),
    })
    expect((error as Error).message).not.toContain('secret words')
    expect(double.requests).toHaveLength(1)
  })

  test('a wrong key is told by Deepgram itself', async () => {
    const refusal = engine({}, { apiKey: 'wrong' }).transcribe(recording, { language: 'en' })
    await expect(refusal).rejects.toMatchObject({ status: 401 })
    expect(double.requests).toHaveLength(1)
  })

  test('what is no audio is the recording’s fault', async () => {
    double.play({
      status: 400,
      body: {
        err_code: 'Bad Request',
        err_msg: 'failed to process audio: corrupt or unsupported data',
        request_id: 'r',
      },
    })
    await expect(engine().transcribe(recording, { language: 'en' })).rejects.toMatchObject({
      code: 'unprocessable_audio',
    })
  })

  test('a longer pause than anyone waits for ends the attempt, and the caller is told it', async () => {
    double.play({ status: 429, headers: { 'retry-after': '3600' } })
    await expect(engine().transcribe(recording, { language: 'en' })).rejects.toMatchObject({
      status: 429,
      retryAfter: 3600,
    })
    expect(pauses).toEqual([])
  })

  test('after several failures nobody is sent there for a while, then one probe goes first', async () => {
    let now = 0
    const deepgram = engine({
      pace: { now: () => now, random: () => 0, sleep: async () => {} },
      retry: { attempts: 1 },
      breaker: { failures: 3, rest_ms: 30_000 },
    })
    const call = () => deepgram.transcribe(recording, { language: 'en' })
    double.play({ status: 500 }, { status: 500 }, { status: 500 }, { status: 500 })
    for (const _ of [1, 2, 3]) await expect(call()).rejects.toMatchObject({ status: 500 })
    await expect(call()).rejects.toMatchObject({ code: 'unavailable', retryAfter: 30 })
    expect(double.requests).toHaveLength(3)
    now = 30_001
    await expect(call()).rejects.toMatchObject({ status: 500 })
    await expect(call()).rejects.toMatchObject({ code: 'unavailable' })
    now = 60_002
    await call()
    await call()
    expect(double.requests).toHaveLength(6)
  })

  test('a call that is called off stops at once, with its own reason', async () => {
    double.play('hang')
    const stop = new AbortController()
    const calling = engine().transcribe(recording, { language: 'en', signal: stop.signal })
    await double.arrived(1)
    stop.abort(new Error('called off'))
    await expect(calling).rejects.toThrow('called off')
    await double.abandoned(1)
    expect(double.requests).toHaveLength(1)
  })
})

test('without a key it says which variable to set', () => {
  expect(engine({}, { apiKey: '' }).unavailable()).toBe('Set DEEPGRAM_API_KEY to use Deepgram.')
  expect(engine().unavailable()).toBeNull()
})
