import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type AssemblyaiDouble, createAssemblyaiDouble } from '../../../../test/doubles/speech/assemblyai.ts'
import { fiveSeconds } from '../../../../test/doubles/speech/recordings.ts'
import { trust } from '../../../../test/doubles/speech/trust.ts'
import { silentLog } from '../../../platform/log.ts'
import type { StreamEvent } from '../../port.ts'
import { listPrices } from '../../prices.ts'
import type { Tuning } from '../../provider.ts'
import { createFrames } from './frames.ts'
import { createAssemblyai } from './index.ts'

let double: AssemblyaiDouble
let distrust: () => void
const pcm = fiveSeconds()

beforeEach(async () => {
  double = await createAssemblyaiDouble({ tls: true })
  distrust = trust(double.certificate!)
})
afterEach(async () => {
  distrust()
  await double.close()
})

const engine = (tuning: Tuning = {}, apiKey = 'aai-key') =>
  createAssemblyai({
    apiKey,
    streamUrl: `${double.url.replace('https', 'wss')}/v3/ws`,
    prices: listPrices,
    log: silentLog,
    tuning: { retry: { first_ms: 1 }, ...tuning },
  })

const live = async (options = {}, tuning: Tuning = {}) => {
  const stream = await engine(tuning).stream!({ sampleRate: 16_000, language: 'en', ...options })
  const events: StreamEvent[] = []
  const reading = (async () => {
    for await (const event of stream) events.push(event)
  })()
  reading.catch(() => {})
  const say = (seconds = 5, piece = 320) => {
    for (let at = 0; at < seconds * 16_000; at += piece) stream.write(pcm.subarray(at, at + piece))
  }
  return { stream, events, reading, say }
}
const finals = (events: readonly StreamEvent[]) =>
  events.flatMap((event) =>
    event.type === 'final' ? [[event.utterance.start_ms, event.utterance.end_ms, event.utterance.text]] : [],
  )

describe('a live stream through AssemblyAI', () => {
  test('turns come once, with punctuation and their times, and every sample arrives', async () => {
    const { stream, events, reading, say } = await live({ offset_ms: 60_000, vocabulary: ['Skagen'] })
    say()
    await stream.finish()
    await reading
    expect(finals(events)).toEqual([
      [60_200, 62_400, 'Good morning, this is the harbour office.'],
      [62_900, 64_600, 'When does the tide turn?'],
    ])
    const interim = events.find((event) => event.type === 'interim')
    expect(interim).toMatchObject({ utterance: { text: 'good morning this' }, stable_chars: 12 })
    const [record] = double.live
    expect(Buffer.concat(record!.audio).equals(Buffer.from(pcm.buffer))).toBe(true)
    expect(record!.control).toEqual(['Terminate'])
    expect(Object.fromEntries(record!.query)).toMatchObject({
      sample_rate: '16000',
      speech_model: 'universal-streaming-english',
      format_turns: 'true',
      keyterms_prompt: '["Skagen"]',
    })
    expect(stream.cost_usd!()).toBeGreaterThan(0.0006)
  })

  test('what was heard so far can be finalised without ending; a closed session is told to end', async () => {
    const { stream, events, reading, say } = await live({ punctuate: false })
    say(1.5)
    await stream.flush()
    await stream.close()
    await reading
    expect(finals(events)).toEqual([[200, 1457, 'good morning this is']])
    expect(double.live[0]!.control[0]).toBe('ForceEndpoint')
  })

  test.each([
    ['en-GB', 'universal-streaming-english'],
    ['it', 'universal-streaming-multilingual'],
    ['auto', 'universal-streaming-multilingual'],
    ['ja', 'whisper-rt'],
  ])('the language %s gets a model that knows it', async (language, model) => {
    const { stream, reading } = await live({ language })
    await stream.close()
    await reading
    expect(double.live[0]!.query.get('speech_model')).toBe(model)
  })

  test.each([
    ['a lost connection', { breakAfter: 3 }],
    ['a server error', { breakAfter: 3, closeCode: 3005 }],
    ['a message that is no object', { garbage: 'null' }],
    ['a broken message', { garbage: '{"type":"Turn","turn_or' }],
    ['a turn of a wrong shape', { garbage: '{"type":"Turn","transcript":7}' }],
  ])('%s is a failure that a retry may heal', async (_, script) => {
    double.playLive(script)
    const { reading, say } = await live()
    say()
    await expect(reading).rejects.toMatchObject({ engine: 'assemblyai', code: 'provider_failed', retryable: true })
  })

  test('a provider that takes audio and says nothing has stalled', async () => {
    double.playLive({ muteAfter: 2.1 })
    const { events, reading, say } = await live({}, { stall_ms: 100 })
    say(2)
    await vi.waitFor(() => expect(events).not.toEqual([]))
    say()
    await expect(reading).rejects.toMatchObject({ code: 'timeout' })
  })

  test('a provider that does not read is given up before memory fills', async () => {
    double.playLive({ deaf: true })
    const { stream, reading } = await live()
    const tenSeconds = new Int16Array(160_000)
    for (let minutes = 0; minutes < 20 * 6; minutes++) stream.write(tenSeconds)
    await expect(reading).rejects.toMatchObject({ code: 'timeout', message: expect.stringContaining('keep up') })
  })

  test.each([
    ['silence', { muteAfter: 4 }],
    ['a mere close', { endsWith: 1000 }],
    ['a failure', { endsWith: 3005 }],
  ])('an end that is answered by %s is a failure: words may be missing', async (_, script) => {
    double.playLive(script)
    const { stream, reading, say } = await live({}, { finish_ms: 100 })
    say()
    await stream.finish()
    await expect(reading).rejects.toMatchObject({ code: 'provider_failed' })
  })

  test('a wrong key is refused once; a busy server and a broken greeting are tried again', async () => {
    await expect(engine({}, 'wrong').stream!({ sampleRate: 16_000 })).rejects.toMatchObject({ status: 401 })
    expect(double.requests).toHaveLength(1)
    double.playLive({ refuse: 3009 }, { earlyGarbage: true })
    const stream = await engine().stream!({ sampleRate: 16_000 })
    await stream.close()
    expect(double.requests).toHaveLength(4)
  })

  test('an address that is no secure socket is a clear failure', async () => {
    const options = { apiKey: 'aai-key', prices: listPrices, log: silentLog, tuning: { retry: { attempts: 1 } } }
    const insecure = createAssemblyai({ ...options, streamUrl: 'ws://127.0.0.1:1/v3/ws' })
    await expect(insecure.stream!({ sampleRate: 16_000 })).rejects.toMatchObject({
      name: 'SpeechError',
      engine: 'assemblyai',
    })
  })

  test('a caller that goes away ends it with the reason, and the paid session too', async () => {
    const stop = new AbortController()
    const { reading, say } = await live({ signal: stop.signal })
    say(1)
    stop.abort(new Error('called off'))
    await expect(reading).rejects.toThrow('called off')
  })
})

test('pieces of any size become frames that AssemblyAI takes, and no sample is lost', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 40_000 }), { maxLength: 30 }), (sizes) => {
      const frames = createFrames(16_000)
      let next = 0
      const sent = sizes.flatMap((size) => frames.add(Int16Array.from({ length: size }, () => next++ % 30_000)))
      const rest = frames.rest()
      for (const frame of sent) {
        expect(frame.length).toBeGreaterThanOrEqual(800)
        expect(frame.length).toBeLessThanOrEqual(16_000)
      }
      if (rest) expect(rest.length).toBeGreaterThanOrEqual(800)
      const total = sent.reduce((sum, frame) => sum + frame.length, 0)
      expect(next - total).toBeLessThanOrEqual(rest?.length ?? 0)
      sent
        .flatMap((frame) => [...frame])
        .forEach((sample, index) => {
          if (sample !== index % 30_000) throw new Error('a sample is out of place')
        })
    }),
    { numRuns: 30 },
  )
})
