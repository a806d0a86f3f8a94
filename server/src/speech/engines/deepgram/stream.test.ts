import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createDeepgramDouble, type DeepgramDouble } from '../../../../test/doubles/speech/deepgram.ts'
import { fiveSeconds } from '../../../../test/doubles/speech/recordings.ts'
import { shapeOf } from '../../../../test/doubles/speech/shapes.ts'
import { silentLog } from '../../../platform/log.ts'
import type { StreamEvent } from '../../port.ts'
import { listPrices } from '../../prices.ts'
import type { Tuning } from '../../provider.ts'
import { createDeepgram } from './index.ts'

let double: DeepgramDouble

beforeEach(async () => {
  double = await createDeepgramDouble()
})
afterEach(() => double.close())

const engine = (tuning: Tuning = {}, apiKey = 'dg-key') =>
  createDeepgram({
    apiKey,
    baseUrl: double.url,
    prices: listPrices,
    log: silentLog,
    tuning: { retry: { first_ms: 1 }, ...tuning },
  })

describe('a live stream', () => {
  const pcm = fiveSeconds()
  const live = async (options = {}, tuning: Tuning = {}) => {
    const stream = await engine(tuning).stream!({
      sampleRate: 16_000,
      language: 'en',
      ...options,
    })
    const events: StreamEvent[] = []
    const reading = (async () => {
      for await (const event of stream) events.push(event)
    })()
    reading.catch(() => {})
    const say = (from = 0, to = pcm.length) => {
      for (let at = from; at < to; at += 1600) stream.write(pcm.subarray(at, Math.min(to, at + 1600)))
    }
    return { stream, events, reading, say }
  }
  const kinds = (events: readonly StreamEvent[]) => events.map((event) => event.type)

  test('gives interims, finals and ends, counted from its offset, and every sample arrives', async () => {
    const { stream, events, reading, say } = await live({ offset_ms: 60_000, diarize: true })
    say()
    await stream.finish()
    await reading
    expect(kinds(events)).toEqual([
      'speech_started',
      'interim',
      'final',
      'utterance_end',
      'speech_started',
      'interim',
      'final',
      'utterance_end',
    ])
    expect(events[2]).toMatchObject({
      speech_final: true,
      utterance: {
        start_ms: 60_200,
        end_ms: 62_400,
        text: 'Good morning, this is the harbour office.',
        speaker: 'Speaker 1',
      },
    })
    const [heard] = double.live
    expect(Buffer.concat(heard!.audio).equals(Buffer.from(pcm.buffer))).toBe(true)
    expect(heard!.control).toEqual(['CloseStream'])
    expect(Object.fromEntries(heard!.query)).toMatchObject({
      encoding: 'linear16',
      sample_rate: '16000',
      interim_results: 'true',
      language: 'en',
    })
    expect(stream.cost_usd!()).toBeGreaterThan(0)
    for (const message of heard!.sent)
      expect(shapeOf('deepgram-live', `ListenV1_ListenV1${message.type}`).safeParse(message).error).toBeUndefined()
  })

  test('what was heard so far can be finalised without ending', async () => {
    const { stream, events, reading, say } = await live()
    say(0, 16_000 * 1.5)
    await stream.flush()
    await stream.close()
    await reading
    expect(kinds(events)).toEqual(['speech_started', 'interim', 'final'])
    expect(double.live[0]!.control).toEqual(['Finalize'])
  })

  test('a connection that breaks is a failure that a retry may heal, after everything that was heard', async () => {
    double.playLive({ breakAfter: 3 })
    const { events, reading, say } = await live()
    say()
    await expect(reading).rejects.toMatchObject({ engine: 'deepgram', code: 'provider_failed', retryable: true })
    expect(kinds(events)).toContain('final')
  })

  test.each([
    ['a broken message', { garbage: '{"type":"Results","chan' }],
    ['a message of a wrong shape', { garbage: '{"type":"Results","channel":7}' }],
    ['a policy close', { breakAfter: 1, closeCode: 1008 }],
  ])('%s ends it with a failure, not with silence', async (_, script) => {
    double.playLive(script)
    const { reading, say } = await live()
    say()
    await expect(reading).rejects.toMatchObject({ code: 'provider_failed' })
  })

  test('a provider that takes audio and says nothing has stalled', async () => {
    double.playLive({ muteAfter: 0 })
    const { reading, say } = await live({}, { stall_ms: 100 })
    say()
    await expect(reading).rejects.toMatchObject({ code: 'timeout', retryable: true })
  })

  test('a provider that does not read is given up before memory fills', async () => {
    double.playLive({ deaf: true })
    const { stream, reading } = await live()
    const tenSeconds = new Int16Array(160_000)
    for (let minutes = 0; minutes < 20 * 6; minutes++) stream.write(tenSeconds)
    await expect(reading).rejects.toMatchObject({ code: 'timeout', message: expect.stringContaining('keep up') })
  })

  test('a pause in the audio is bridged, so that the connection stays', async () => {
    let now = 0
    const pace = { now: () => now, random: () => 0, sleep: async () => {} }
    const { stream, reading } = await live({}, { pace, stall_ms: 100 })
    now = 4001
    await vi.waitFor(() => expect(double.live[0]!.control).toEqual(['KeepAlive']))
    await stream.close()
    await reading
  })

  test.each([
    ['silence', { muteAfter: 4.9 }],
    ['a mere close', { endsWith: 1000 }],
    ['a failure', { endsWith: 1011 }],
  ])('an end that is answered by %s is a failure: words may be missing', async (_, script) => {
    double.playLive(script)
    const { stream, reading, say } = await live({}, { finish_ms: 100 })
    say()
    await stream.finish()
    await expect(reading).rejects.toMatchObject({ code: 'provider_failed' })
  })

  test('a wrong key is refused once; a busy moment is tried again', async () => {
    const refusal = engine({}, 'wrong').stream!({ sampleRate: 16_000, language: 'en' })
    await expect(refusal).rejects.toMatchObject({ status: 401, message: expect.stringContaining('DEEPGRAM_API_KEY') })
    expect(double.requests).toHaveLength(1)
    double.play({ status: 503 }, 'dropped')
    const stream = await engine().stream!({ sampleRate: 16_000, language: 'en' })
    await stream.close()
    expect(double.requests).toHaveLength(4)
  })

  test('a caller that goes away ends it with the reason', async () => {
    const stop = new AbortController()
    const { reading, say } = await live({ signal: stop.signal })
    say(0, 16_000)
    stop.abort(new Error('called off'))
    await expect(reading).rejects.toThrow('called off')
  })

  test('the language is followed where the model can, and assumed with a warning where it can not', async () => {
    const nova2 = await live({ language: undefined })
    await nova2.stream.close()
    await nova2.reading
    const nova3 = await live({ language: undefined, model: 'nova-3' })
    await nova3.stream.close()
    await nova3.reading
    expect(double.live.map(({ query }) => query.get('language'))).toEqual(['en', 'multi'])
    expect(nova2.events).toMatchObject([{ type: 'warning', warning: { code: 'option_ignored' } }])
    expect(nova3.events).toEqual([])
  })
})
