import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createOpenaiDouble, type OpenaiDouble } from '../../../../test/doubles/speech/openai.ts'
import { fiveSeconds } from '../../../../test/doubles/speech/recordings.ts'
import { trust } from '../../../../test/doubles/speech/trust.ts'
import { silentLog } from '../../../platform/log.ts'
import type { StreamEvent } from '../../port.ts'
import type { Tuning } from '../../provider.ts'
import { createOpenai } from './index.ts'

let double: OpenaiDouble
let distrust: () => void
const pcm = fiveSeconds()

beforeEach(async () => {
  double = await createOpenaiDouble({ tls: true })
  distrust = trust(double.certificate!)
})
afterEach(async () => {
  distrust()
  await double.close()
})

const engine = (tuning: Tuning = {}, apiKey = 'sk-key') =>
  createOpenai({
    apiKey,
    baseUrl: `${double.url}/v1`,
    model: 'gpt-4o-transcribe',
    realtime: true,
    prices: { openai: { '*': { batch: 0.006 } } },
    log: silentLog,
    cut: () => {
      throw new Error('nothing is cut here')
    },
    tuning,
  })

const live = async (options = {}, tuning: Tuning = {}) => {
  const stream = await engine(tuning).stream!({ sampleRate: 16_000, language: 'en', ...options })
  const events: StreamEvent[] = []
  const reading = (async () => {
    for await (const event of stream) events.push(event)
  })()
  reading.catch(() => {})
  const say = (seconds = 5) => {
    for (let at = 0; at < seconds * 16_000; at += 1600) stream.write(pcm.subarray(at, at + 1600))
  }
  return { stream, events, reading, say }
}
const finals = (events: readonly StreamEvent[]) =>
  events.flatMap((event) =>
    event.type === 'final' ? [[event.utterance.start_ms, event.utterance.end_ms, event.utterance.text]] : [],
  )

const both = [
  [60_200, 62_400, 'Good morning, this is the harbour office.'],
  [62_900, 64_600, 'When does the tide turn?'],
]

describe('a live stream through OpenAI Realtime', () => {
  test('turns come with their times, growing and then final, from 16 kHz made 24', async () => {
    const { stream, events, reading, say } = await live({ offset_ms: 60_000, vocabulary: ['Skagen'] })
    say()
    await stream.finish()
    await reading
    expect(finals(events)).toEqual(both)
    expect(events.filter((event) => event.type === 'interim').length).toBeGreaterThan(5)
    const [record] = double.realtime
    expect(Buffer.concat(record!.audio).length).toBe(pcm.length * 1.5 * 2)
    expect(record!.session).toMatchObject({
      type: 'transcription',
      audio: {
        input: {
          format: { type: 'audio/pcm', rate: 24_000 },
          transcription: { model: 'gpt-4o-transcribe', language: 'en', prompt: 'Skagen' },
        },
      },
    })
    expect(stream.cost_usd!()).toBe(0.0005)
  })

  test('transcripts that come in the wrong order are told in the order of speech', async () => {
    double.playRealtime({ swapped: true })
    const { stream, events, reading, say } = await live({ offset_ms: 60_000 })
    say()
    await stream.finish()
    await reading
    expect(finals(events)).toEqual(both)
  })

  test('an open turn is finalised by a flush, up to what was heard', async () => {
    const { stream, events, reading, say } = await live()
    say(1.5)
    await stream.flush()
    await stream.close()
    await reading
    expect(finals(events)).toEqual([[200, 1500, 'Good morning, this is']])
  })

  test('a stream without a sound ends quietly', async () => {
    const { stream, events, reading } = await live()
    await stream.finish()
    await reading
    expect(events).toEqual([])
  })

  test.each([
    ['breaks', { breakAfter: 3 }],
    ['tells of a failure', { failed: true }],
    ['sends a broken message', { garbage: '{"type":"conversation.item.inp' }],
  ])('a connection that %s fails in a way that a retry may heal', async (_, script) => {
    double.playRealtime(script)
    const { reading, say } = await live()
    say()
    await expect(reading).rejects.toMatchObject({ engine: 'openai', code: 'provider_failed', retryable: true })
  })

  test('a turn whose text does not come is a stall', async () => {
    double.playRealtime({ muteAfter: 0 })
    const { reading, say } = await live({}, { stall_ms: 150 })
    say(2.6)
    say(0.2)
    await expect(reading).rejects.toMatchObject({ code: 'timeout' })
  })

  test('an end that is not confirmed is a failure: words may be missing', async () => {
    double.playRealtime({ muteAfter: 4 })
    const { stream, reading, say } = await live({}, { finish_ms: 150 })
    say()
    await stream.finish()
    await expect(reading).rejects.toMatchObject({ code: 'provider_failed' })
  })

  test('a wrong key is refused once, a busy moment is tried again', async () => {
    const quick: Tuning = { retry: { first_ms: 1 } }
    await expect(engine(quick, 'sk-wrong').stream!({ sampleRate: 16_000 })).rejects.toMatchObject({ status: 401 })
    expect(double.requests).toHaveLength(1)
    double.play({ status: 503 })
    const stream = await engine(quick).stream!({ sampleRate: 16_000 })
    await stream.close()
    expect(double.requests).toHaveLength(3)
  })

  test('a caller that goes away ends it with the reason', async () => {
    const stop = new AbortController()
    const { reading, say } = await live({ signal: stop.signal })
    say(1)
    stop.abort(new Error('called off'))
    await expect(reading).rejects.toThrow('called off')
  })
})
