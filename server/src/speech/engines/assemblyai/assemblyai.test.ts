import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type AssemblyaiDouble, createAssemblyaiDouble } from '../../../../test/doubles/speech/assemblyai.ts'
import { fiveSeconds, waveRecording } from '../../../../test/doubles/speech/recordings.ts'
import { silentLog } from '../../../platform/log.ts'
import type { Recording } from '../../port.ts'
import { listPrices } from '../../prices.ts'
import type { Tuning } from '../../provider.ts'
import { createAssemblyai } from './index.ts'

let folder: string
let recording: Recording
let double: AssemblyaiDouble
let pauses: number[]

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mina-assemblyai-'))
  recording = await waveRecording(folder, fiveSeconds())
})
afterAll(() => rm(folder, { recursive: true, force: true }))
beforeEach(async () => {
  double = await createAssemblyaiDouble()
  pauses = []
})
afterEach(() => double.close())

const engine = (tuning: Tuning = {}, apiKey = 'aai-key') =>
  createAssemblyai({
    apiKey,
    baseUrl: double.url,
    prices: listPrices,
    log: silentLog,
    tuning: { pace: { now: Date.now, random: () => 0.5, sleep: async (ms) => void pauses.push(ms) }, ...tuning },
  })

describe('a recording', () => {
  test('is uploaded byte for byte, asked for, waited for, and comes back with speakers, words and cost', async () => {
    const transcript = await engine().transcribe(recording, { language: 'en', diarize: true, vocabulary: ['Skagen'] })
    expect(double.uploads[0]!.equals(await readFile(recording.path))).toBe(true)
    expect(double.jobs).toEqual([
      {
        audio_url: 'https://cdn.assemblyai.com/upload/0',
        speech_models: ['universal-3-pro', 'universal-2'],
        punctuate: true,
        format_text: true,
        speaker_labels: true,
        language_code: 'en',
        keyterms_prompt: ['Skagen'],
      },
    ])
    expect(pauses).toEqual([3000, 3000, 3000])
    expect(transcript).toMatchObject({
      engine: 'assemblyai',
      model: 'universal-3-pro',
      language: 'en',
      cost_usd: 0.000292,
      warnings: [],
    })
    expect(transcript.utterances).toMatchObject([
      { start_ms: 200, end_ms: 2400, text: 'Good morning, this is the harbour office.', speaker: 'Speaker 1' },
      { start_ms: 2900, end_ms: 4600, text: 'When does the tide turn?', speaker: 'Speaker 2' },
    ])
    expect(transcript.utterances[1]!.words![0]).toEqual({
      text: 'When',
      start_ms: 2900,
      end_ms: 3240,
      confidence: 0.98,
      speaker: 'Speaker 2',
    })
  })

  test('without speakers it is broken at pauses; without a language it is detected', async () => {
    const transcript = await engine().transcribe(recording, { prompt: 'left out' })
    expect(double.jobs[0]).toMatchObject({ language_detection: true, speaker_labels: false })
    expect(transcript.language).toBe('en-us')
    expect(transcript.utterances.map((utterance) => utterance.text)).toEqual([
      'Good morning, this is the harbour office. When does the tide turn?',
    ])
    expect(transcript.warnings.map((warning) => warning.code)).toEqual(['option_ignored'])
  })

  test('the channels of a call are speakers', async () => {
    const stereo = await waveRecording(folder, new Int16Array(160_000), 2)
    const transcript = await engine().transcribe(stereo, { language: 'en', multichannel: true, diarize: true })
    expect(transcript.utterances.map(({ channel, speaker }) => [channel, speaker])).toEqual([
      [0, 'Speaker 1'],
      [1, 'Speaker 2'],
    ])
    expect(transcript.cost_usd).toBe(0.000583)
  })

  test('silence is no failure', async () => {
    await double.close()
    double = await createAssemblyaiDouble({ speech: [] })
    expect(await engine().transcribe(recording, {})).toMatchObject({
      utterances: [],
      warnings: [{ code: 'no_speech' }],
    })
  })
})

describe('when AssemblyAI fails', () => {
  test('each of its three requests is tried again, as long after as it was asked to', async () => {
    double.play({ status: 429, headers: { 'retry-after': '3' } }, 'ok', { status: 503 }, 'ok', 'dropped')
    await engine().transcribe(recording, {})
    expect(pauses).toEqual([3250, 375, 3000, 375, 3000, 3000])
    expect(double.uploads).toHaveLength(1)
    expect(double.jobs).toHaveLength(1)
  })

  test.each([
    ['truncated', 'provider_failed'],
    ['malformed', 'provider_failed'],
    ['hang', 'timeout'],
    ['stalled', 'timeout'],
  ] as const)('an answer that is %s never becomes an empty transcript', async (step, code) => {
    double.play('ok', 'ok', step, step)
    const failing = engine({ retry: { attempts: 2 }, request_ms: () => 300 }).transcribe(recording, {})
    await expect(failing).rejects.toMatchObject({ engine: 'assemblyai', code, retryable: true })
  })

  test('a finished job without words and without text is malformed', async () => {
    double.play(
      'ok',
      'ok',
      { status: 200, body: { id: 'x', status: 'completed' } },
      { status: 200, body: { id: 'x', status: 'completed' } },
    )
    const failing = engine({ retry: { attempts: 2 } }).transcribe(recording, {})
    await expect(failing).rejects.toMatchObject({ code: 'provider_failed' })
  })

  test('a wrong key is not tried again and names the variable', async () => {
    const failing = engine({}, 'wrong').transcribe(recording, {})
    await expect(failing).rejects.toMatchObject({
      status: 401,
      retryable: false,
      message: expect.stringContaining('ASSEMBLYAI_API_KEY'),
    })
    expect(double.requests).toHaveLength(1)
  })

  test.each([
    ['Transcoding failed. File does not appear to contain audio.', 'unprocessable_audio', false],
    ['Internal server error', 'provider_failed', true],
  ])('a job that ends in "%s" is told apart', async (jobError, code, retryable) => {
    await double.close()
    double = await createAssemblyaiDouble({ jobError })
    const error = await engine()
      .transcribe(recording, {})
      .catch((caught: Error) => caught)
    expect(error).toMatchObject({ code, retryable })
    expect((error as Error).message).not.toContain(jobError)
  })

  test('a job that is never done ends at the deadline', async () => {
    await double.close()
    double = await createAssemblyaiDouble({ waits: 1e9 })
    let now = 0
    const sleep = async (ms: number) => {
      now += ms
    }
    const failing = engine({ pace: { now: () => now, random: () => 0, sleep }, deadline_ms: () => 20_000 }).transcribe(
      recording,
      {},
    )
    await expect(failing).rejects.toMatchObject({ code: 'timeout' })
  })

  test('a call that is called off stops at once, with its own reason', async () => {
    double.play('ok', 'ok', 'hang')
    const stop = new AbortController()
    const calling = engine().transcribe(recording, { signal: stop.signal })
    await double.arrived(3)
    stop.abort(new Error('called off'))
    await expect(calling).rejects.toThrow('called off')
    await double.abandoned(3)
  })
})

test('without a key it says which variable to set', () => {
  expect(engine({}, '').unavailable()).toBe('Set ASSEMBLYAI_API_KEY to use AssemblyAI.')
})
