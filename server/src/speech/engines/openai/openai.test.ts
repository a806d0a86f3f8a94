import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createOpenaiDouble, type OpenaiDouble } from '../../../../test/doubles/speech/openai.ts'
import { fiveSeconds, samplesOf, waveRecording } from '../../../../test/doubles/speech/recordings.ts'
import { shapeOf } from '../../../../test/doubles/speech/shapes.ts'
import { hearTones, toneAudio } from '../../../../test/doubles/speech/tones.ts'
import { silentLog } from '../../../platform/log.ts'
import type { Progress, Recording, Utterance } from '../../port.ts'
import { listPrices } from '../../prices.ts'
import type { Tuning } from '../../provider.ts'
import type { CutAudio } from './cut.ts'
import { cutAtSilence } from './cut-at-silence.ts'
import { createOpenai } from './index.ts'

let folder: string
let recording: Recording
let double: OpenaiDouble
let pauses: number[]

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mina-openai-'))
  recording = await waveRecording(folder, fiveSeconds())
})
afterAll(() => rm(folder, { recursive: true, force: true }))
beforeEach(async () => {
  double = await createOpenaiDouble({ compatible: true })
  pauses = []
})
afterEach(() => double.close())

const cut = cutAtSilence(toneAudio)

const engine = (
  tuning: Tuning = {},
  more: { apiKey?: string; model?: string; official?: boolean; cut?: CutAudio } = {},
) =>
  createOpenai({
    apiKey: 'sk-key',
    baseUrl: `${double.url}/v1`,
    prices: listPrices,
    log: silentLog,
    cut,
    ...more,
    tuning: { pace: { now: Date.now, random: () => 0.5, sleep: async (ms) => void pauses.push(ms) }, ...tuning },
  })

describe('a recording', () => {
  test('goes to whisper-1 as it is, and comes back as timed segments with their words', async () => {
    const progress: Progress[] = []
    const transcript = await engine().transcribe(recording, {
      language: 'en-GB',
      words: true,
      prompt: 'The harbour.',
      vocabulary: ['Skagen'],
      temperature: 0.2,
      onProgress: (it) => void progress.push(it),
    })
    const [form] = double.forms
    const file = form!.get('file') as File
    const sent = createHash('sha256')
      .update(Buffer.from(await file.arrayBuffer()))
      .digest('hex')
    expect(sent).toBe(
      createHash('sha256')
        .update(await readFile(recording.path))
        .digest('hex'),
    )
    expect([...form!.entries()].filter(([name]) => name !== 'file')).toEqual(
      expect.arrayContaining([
        ['model', 'whisper-1'],
        ['language', 'en'],
        ['response_format', 'verbose_json'],
        ['prompt', 'The harbour. Skagen'],
        ['temperature', '0.2'],
        ['timestamp_granularities[]', 'segment'],
        ['timestamp_granularities[]', 'word'],
      ]),
    )
    expect(transcript).toMatchObject({
      engine: 'openai',
      model: 'whisper-1',
      language: 'en',
      chunks: 1,
      cost_usd: 0.0005,
      warnings: [],
    })
    expect(transcript.utterances.map(({ start_ms, end_ms, text }) => ({ start_ms, end_ms, text }))).toEqual([
      { start_ms: 200, end_ms: 2400, text: 'Good morning, this is the harbour office.' },
      { start_ms: 2900, end_ms: 4600, text: 'When does the tide turn?' },
    ])
    expect(transcript.utterances[0]!.confidence).toBeCloseTo(Math.exp(-0.2))
    expect(transcript.utterances.map((utterance) => utterance.words?.length)).toEqual([7, 5])
    expect(progress.at(-1)).toEqual({ done: 1, audio_s: 5 })
    expect(
      shapeOf('openai-audio', 'CreateTranscriptionResponseVerboseJson').safeParse(transcript.raw).error,
    ).toBeUndefined()
  })

  test('a model without times gives text for the time of its part', async () => {
    const transcript = await engine({}, { model: 'gpt-4o-mini-transcribe' }).transcribe(recording, {})
    expect(double.forms[0]!.get('response_format')).toBe('json')
    expect(transcript.utterances).toEqual([
      {
        start_ms: 0,
        end_ms: 5000,
        text: 'Good morning, this is the harbour office. When does the tide turn?',
        confidence: null,
      },
    ])
    expect(shapeOf('openai-audio', 'CreateTranscriptionResponseJson').safeParse(transcript.raw).error).toBeUndefined()
  })

  test('the diarizing model names speakers', async () => {
    const diarizing = engine({}, { model: 'gpt-4o-transcribe-diarize' })
    const transcript = await diarizing.transcribe(recording, { diarize: true, prompt: 'left out' })
    expect(double.forms[0]!.get('chunking_strategy')).toBe('auto')
    expect(transcript.utterances.map((utterance) => utterance.speaker)).toEqual(['Speaker 1', 'Speaker 2'])
    expect(
      shapeOf('openai-audio', 'CreateTranscriptionResponseDiarizedJson').safeParse(transcript.raw).error,
    ).toBeUndefined()
  })

  test('speakers that a compatible server can not tell apart are missed with a warning', async () => {
    const transcript = await engine().transcribe(recording, { diarize: true })
    expect(transcript.warnings.map((warning) => warning.code)).toEqual(['option_ignored'])
  })

  test('OpenAI itself is asked for probabilities, and its diarizing sibling stands in where speakers are wanted', async () => {
    const openai = engine({}, { model: 'gpt-4o-transcribe', official: true })
    const plain = await openai.transcribe(recording, { multichannel: true })
    const diarized = await openai.transcribe(recording, { diarize: true })
    expect(double.forms.map((form) => form.getAll('include[]'))).toEqual([['logprobs'], []])
    expect(plain.utterances[0]!.confidence).toBeCloseTo(Math.exp(-0.1))
    expect(plain.warnings.map((warning) => warning.code)).toEqual(['option_ignored'])
    expect(diarized.model).toBe('gpt-4o-transcribe-diarize')
    await expect(openai.transcribe(recording, { language: 'yo' })).rejects.toMatchObject({
      code: 'unsupported_language',
    })
  })

  test('silence is no failure', async () => {
    await double.close()
    double = await createOpenaiDouble({ compatible: true, hear: () => [] })
    expect(await engine().transcribe(recording, {})).toMatchObject({
      utterances: [],
      warnings: [{ code: 'no_speech' }],
    })
  })
})

describe('a recording that is too long or in a form that is not taken', () => {
  const tones = [400, 700, 1000, 1300, 1600, 1900, 2200].flatMap((hertz) => [
    { seconds: 14, hertz },
    { seconds: 1, hertz: 0 },
  ])
  let long: Recording
  beforeAll(async () => {
    long = await waveRecording(folder, samplesOf(tones))
  })
  const within = (utterances: readonly Utterance[]) => {
    expect(utterances.map((utterance) => utterance.text)).toEqual(
      [400, 700, 1000, 1300, 1600, 1900, 2200].map((hertz) => `tone ${hertz}`),
    )
    utterances.forEach((utterance, index) => {
      expect(Math.abs(utterance.start_ms - index * 15_000)).toBeLessThan(100)
      expect(Math.abs(utterance.end_ms - (index * 15_000 + 14_000))).toBeLessThan(100)
    })
  }
  const parts = async () => (await readdir(tmpdir())).filter((name) => name.startsWith('mina-part-'))
  let before: string[] = []
  beforeEach(async () => {
    before = await parts()
  })
  const leftBehind = async () => (await parts()).filter((name) => !before.includes(name))

  test('is cut in silence into compressed parts and stitched with true times', async () => {
    await double.close()
    double = await createOpenaiDouble({ compatible: true, hear: hearTones })
    const told: string[] = []
    const small: CutAudio = (it, limits) => cut(it, { ...limits, maxSeconds: 40 })
    const openai = engine({}, { cut: small })
    const unnamed = { ...long, name: 'recording.mov' }
    const transcript = await openai.transcribe(unnamed, { onUtterance: ({ text }) => void told.push(text) })
    within(transcript.utterances)
    expect(told).toEqual(transcript.utterances.map((utterance) => utterance.text))
    expect(transcript.chunks).toBe(4)
    const files = double.forms.map((form) => form.get('file') as File)
    expect(files.every((file) => file.name.endsWith('.mp3') && file.size < 400_000)).toBe(true)
    expect(await leftBehind()).toEqual([])
  })

  test('a model without times gets short parts, so that its text stands at a true time', async () => {
    await double.close()
    double = await createOpenaiDouble({ compatible: true, hear: hearTones })
    const transcript = await engine({}, { model: 'gpt-4o-transcribe' }).transcribe(long, {})
    expect(transcript.chunks).toBe(2)
    expect(transcript.utterances.map((utterance) => utterance.text)).toEqual([
      'tone 400 tone 700 tone 1000 tone 1300',
      'tone 1600 tone 1900 tone 2200',
    ])
    expect(Math.abs(transcript.utterances[1]!.start_ms - 60_000)).toBeLessThan(1100)
  })

  test('one part that fails for good ends the others and leaves nothing behind', async () => {
    const small: CutAudio = (it, limits) => cut(it, { ...limits, maxSeconds: 16 })
    double.play('ok', {
      status: 401,
      body: { error: { message: 'no', type: 'invalid_request_error', param: null, code: null } },
    })
    const failing = engine({}, { cut: small }).transcribe({ ...long, name: 'long.mkv' }, {})
    await expect(failing).rejects.toMatchObject({ status: 401 })
    expect(double.requests.length).toBeLessThan(7)
    expect(await leftBehind()).toEqual([])
  })
})

describe('when the server fails', () => {
  test('429 waits as long as it was asked to, finer header included, and sends the file again', async () => {
    double.play(
      { status: 429, headers: { 'retry-after-ms': '1500', 'retry-after': '9' } },
      { status: 429, headers: { 'retry-after': '2' } },
    )
    await engine().transcribe(recording, {})
    expect(pauses).toEqual([1750, 2250])
    expect(double.requests[2]!.body.length).toBeGreaterThan(160_000)
  })

  test('429 for want of credit is final', async () => {
    double.play({
      status: 429,
      body: { error: { message: 'quota', type: 'insufficient_quota', param: null, code: 'insufficient_quota' } },
    })
    await expect(engine().transcribe(recording, {})).rejects.toMatchObject({
      retryable: false,
      message: expect.stringContaining('credit'),
    })
    expect(double.requests).toHaveLength(1)
  })

  test('500, then a lost connection, then an answer', async () => {
    double.play({ status: 500 }, 'dropped')
    expect((await engine().transcribe(recording, {})).utterances).toHaveLength(2)
    expect(pauses).toEqual([375, 750])
  })

  test.each([
    ['truncated', 'provider_failed'],
    ['malformed', 'provider_failed'],
    ['hang', 'timeout'],
    ['stalled', 'timeout'],
  ] as const)('an answer that is %s never becomes an empty transcript', async (step, code) => {
    double.play(step, step)
    const failing = engine({ retry: { attempts: 2 }, request_ms: () => 300 }).transcribe(recording, {})
    await expect(failing).rejects.toMatchObject({ engine: 'openai', code, retryable: true })
    expect(double.requests).toHaveLength(2)
  })

  test('an empty object, and text that its segments do not hold, are failures too', async () => {
    const segment = { id: 0, start: 0, end: 1, text: '  ' }
    double.play({ status: 200, body: {} }, { status: 200, body: { text: 'words', duration: 5, segments: [segment] } })
    const failing = engine({ retry: { attempts: 2 } }).transcribe(recording, {})
    await expect(failing).rejects.toMatchObject({ code: 'provider_failed' })
  })

  test('a wrong key is not tried again and names the variable', async () => {
    const failing = engine({}, { apiKey: 'sk-wrong' }).transcribe(recording, {})
    await expect(failing).rejects.toMatchObject({
      status: 401,
      retryable: false,
      message: expect.stringContaining('SPEECH_API_KEY'),
    })
    expect(double.requests).toHaveLength(1)
  })

  test('a call that is called off stops at once, with its own reason', async () => {
    double.play('hang')
    const stop = new AbortController()
    const calling = engine().transcribe(recording, { signal: stop.signal })
    await double.arrived(1)
    stop.abort(new Error('called off'))
    await expect(calling).rejects.toThrow('called off')
    await double.abandoned(1)
  })
})

test('a compatible server that gives no times is asked once, and then asked so that it can answer', async () => {
  await double.close()
  double = await createOpenaiDouble({ compatible: true, plainOnly: true })
  const openai = engine({}, { model: 'voxtral' })
  const first = await openai.transcribe(recording, { language: 'en' })
  await openai.transcribe(recording, { language: 'en' })
  expect(first.utterances).toMatchObject([{ start_ms: 0, end_ms: 5000 }])
  expect(double.forms.map((form) => form.get('response_format'))).toEqual(['verbose_json', 'json', 'json'])
})

test('OpenAI needs its key, a server of one’s own does not, and costs what the operator says', async () => {
  const options = { cut, log: silentLog, prices: {} }
  expect(createOpenai(options).unavailable()).toContain('OPENAI_API_KEY')
  expect(createOpenai({ ...options, baseUrl: 'http://10.0.0.7:8000/v1' }).unavailable()).toBeNull()
  const own = createOpenai({ ...options, apiKey: 'sk-key', baseUrl: `${double.url}/v1`, model: 'large-v3' })
  const transcript = await own.transcribe(recording, { language: 'sw' })
  expect(transcript).toMatchObject({ model: 'large-v3', cost_usd: 0 })
})
