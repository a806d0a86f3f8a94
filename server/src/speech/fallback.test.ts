import { describe, expect, test } from 'vitest'
import { outage, scriptedEngine } from '../../test/doubles/speech/scripted-engine.ts'
import { SpeechError } from './errors.ts'
import { withFallback } from './fallback.ts'
import type { RecognitionStream, StreamEvent, Utterance } from './port.ts'

const recording = { path: '/none', name: 'a.wav', size: 1, channels: 1, duration_ms: 9000 }
const said = (text: string, start_ms: number, end_ms: number): Utterance => ({
  text,
  start_ms,
  end_ms,
  confidence: null,
})
const talk = [said('one', 0, 900), said('two', 1000, 1900), said('three', 2000, 2900)]

describe('a recording', () => {
  test('is done by the first engine, with no word about the others', async () => {
    const second = scriptedEngine({ name: 'second', utterances: talk })
    const transcript = await withFallback([scriptedEngine({ name: 'first', utterances: talk }), second]).transcribe(
      recording,
      {},
    )
    expect(transcript).toMatchObject({ engine: 'first', warnings: [] })
    expect(second.calls).toEqual([])
  })

  test('is done by the next when the first fails, with a warning, its own model, and no text told twice', async () => {
    const first = scriptedEngine({ name: 'first', utterances: talk, fails: { error: outage('first'), after: 2 } })
    const second = scriptedEngine({ name: 'second', utterances: talk })
    const told: string[] = []
    const transcript = await withFallback([first, second]).transcribe(recording, {
      model: 'of-the-first',
      onUtterance: ({ text }) => void told.push(text),
    })
    expect(transcript).toMatchObject({ engine: 'second', model: 'one', utterances: talk })
    expect(transcript.warnings).toEqual([
      { code: 'fallback', message: 'first is down. The second engine did the work instead.' },
    ])
    expect(told).toEqual(['one', 'two', 'three'])
    expect(first.calls).toEqual([{ language: undefined, model: 'of-the-first' }])
    expect(second.calls).toEqual([{ language: undefined, model: undefined }])
  })

  test('passes over engines that can not be used, or not for this', async () => {
    const last = scriptedEngine({
      name: 'last',
      utterances: talk,
      capabilities: { languages: ['it'], diarization: true },
    })
    const chain = [
      scriptedEngine({ name: 'first', unavailable: 'Set FIRST_KEY.' }),
      scriptedEngine({ name: 'english', capabilities: { diarization: true } }),
      scriptedEngine({ name: 'mono', capabilities: { languages: 'any' } }),
      last,
    ]
    const transcript = await withFallback(chain).transcribe(recording, { language: 'it', diarize: true })
    expect(transcript.engine).toBe('last')
    expect(transcript.warnings[0]!.message).toContain('Set FIRST_KEY.')
    expect(withFallback(chain).unavailable()).toBeNull()
    expect(withFallback(chain).capabilities).toMatchObject({ languages: 'any', diarization: true })
  })

  test('that is broken for one is broken for all', async () => {
    const error = new SpeechError('first', 'unprocessable_audio', 'No audio.')
    const second = scriptedEngine({ name: 'second' })
    const engine = withFallback([scriptedEngine({ name: 'first', fails: { error } }), second])
    await expect(engine.transcribe(recording, {})).rejects.toBe(error)
    expect(second.calls).toEqual([])
  })

  test('that is called off goes nowhere else', async () => {
    const stop = new AbortController()
    const first = scriptedEngine({ name: 'first', fails: { error: outage('first') } })
    const second = scriptedEngine({ name: 'second' })
    stop.abort(new Error('called off'))
    await expect(withFallback([first, second]).transcribe(recording, { signal: stop.signal })).rejects.toThrow(
      'called off',
    )
    expect(second.calls).toEqual([])
  })

  test('that no engine does fails as the first one failed', async () => {
    const engines = ['first', 'second'].map((name) => scriptedEngine({ name, fails: { error: outage(name) } }))
    await expect(withFallback(engines).transcribe(recording, {})).rejects.toMatchObject({ engine: 'first' })
  })
})

describe('a live stream', () => {
  const rate = 1000
  const final = (text: string, start_ms: number, end_ms: number) => ({
    at_ms: end_ms,
    event: { type: 'final' as const, utterance: said(text, start_ms, end_ms), speech_final: true },
  })
  const events = [final('one', 0, 900), final('two', 1000, 1900), final('three', 2000, 2900)]
  const sampleAt = (ms: number) => ms % 30_000

  const follow = (stream: RecognitionStream) => {
    const seen: StreamEvent[] = []
    const over = (async () => {
      for await (const event of stream) seen.push(event)
    })()
    over.catch(() => {})
    return { seen, over }
  }
  const say = async (stream: RecognitionStream, from_ms: number, to_ms: number) => {
    for (let at = from_ms; at < to_ms; at += 100) {
      stream.write(Int16Array.from({ length: 100 }, (_, index) => sampleAt(at + index)))
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  test('goes on with the next engine from the last final, with every sample since, and times in order', async () => {
    const first = scriptedEngine({ name: 'first', live: { events, breaksAt_ms: 1500 } })
    const second = scriptedEngine({ name: 'second', live: { events: [final('two', 700, 1900), events[2]!] } })
    const stream = await withFallback([first, second]).stream!({ sampleRate: rate, model: 'of-the-first' })
    const { seen, over } = follow(stream)
    await say(stream, 0, 4000)
    await stream.finish()
    await over
    expect(second.streams[0]!.options).toMatchObject({ offset_ms: 900, model: undefined })
    expect(second.streams[0]!.samples).toEqual(Array.from({ length: 3100 }, (_, index) => sampleAt(900 + index)))
    expect(
      seen.map((event) => (event.type === 'final' ? [event.utterance.text, event.utterance.start_ms] : event.type)),
    ).toEqual([['one', 0], 'warning', ['two', 900], ['three', 2000]])
    expect(seen[1]).toMatchObject({ warning: { code: 'fallback' } })
    expect(stream.cost_usd!()).toBe(1)
  })

  test('survives an engine that breaks while it finishes', async () => {
    const breaking = scriptedEngine({ name: 'first', live: { events } })
    const first = {
      ...breaking,
      stream: async (options: Parameters<NonNullable<typeof breaking.stream>>[0]) => {
        const inner = await breaking.stream!(options)
        const broken = Promise.withResolvers<never>()
        return {
          ...inner,
          finish: async () => broken.reject(outage('first')),
          async *[Symbol.asyncIterator]() {
            yield await broken.promise
          },
        }
      },
    }
    const second = scriptedEngine({ name: 'second', live: { events } })
    const stream = await withFallback([first, second]).stream!({ sampleRate: rate })
    const { seen, over } = follow(stream)
    await say(stream, 0, 3000)
    await stream.finish()
    await over
    expect(seen.map((event) => event.type)).toEqual(['warning', 'final', 'final', 'final'])
    expect(second.streams[0]!.finished).toBe(true)
  })

  test('begins with whoever opens, and says so', async () => {
    const chain = [
      scriptedEngine({ name: 'batch only' }),
      scriptedEngine({ name: 'refusing', live: { refuses: outage('refusing') } }),
      scriptedEngine({ name: 'last', live: { events } }),
    ]
    const stream = await withFallback(chain).stream!({ sampleRate: rate, offset_ms: 0 })
    const { seen, over } = follow(stream)
    await stream.close()
    await over
    expect(seen).toMatchObject([
      { type: 'warning', warning: { message: expect.stringContaining('refusing is down.') } },
    ])
  })

  test('fails when nobody is left, after everything that was heard', async () => {
    const chain = ['first', 'second'].map((name) => scriptedEngine({ name, live: { events, breaksAt_ms: 1500 } }))
    const stream = await withFallback(chain).stream!({ sampleRate: rate })
    const { seen, over } = follow(stream)
    await say(stream, 0, 2000)
    await expect(over).rejects.toMatchObject({ engine: 'second' })
    expect(seen.map((event) => event.type)).toEqual(['final', 'warning'])
    expect(stream.write(new Int16Array(10))).toEqual({ lag_ms: 0 })
  })

  test('a caller that goes away is not handed to the next engine', async () => {
    const stop = new AbortController()
    const first = scriptedEngine({ name: 'first', live: { events, breaksAt_ms: 500 } })
    const second = scriptedEngine({ name: 'second', live: { events } })
    const stream = await withFallback([first, second]).stream!({ sampleRate: rate, signal: stop.signal })
    const { over } = follow(stream)
    stop.abort(new Error('called off'))
    await say(stream, 0, 600)
    await expect(over).rejects.toBeDefined()
    expect(second.streams).toEqual([])
  })

  test('keeps two minutes at most, and tells of what did not fit', async () => {
    const first = scriptedEngine({ name: 'first', live: { breaksAt_ms: 150_000 } })
    const second = scriptedEngine({ name: 'second', live: {} })
    const stream = await withFallback([first, second]).stream!({ sampleRate: rate })
    const { seen, over } = follow(stream)
    await say(stream, 0, 150_000)
    await stream.close()
    await over
    expect(second.streams[0]!.options.offset_ms).toBe(30_000)
    expect(second.streams[0]!.samples).toHaveLength(120_000)
    expect(seen.map((event) => event.type === 'warning' && event.warning.code)).toEqual(['gap', 'fallback'])
  })

  test('flush reaches the engine at work', async () => {
    const first = scriptedEngine({ name: 'first', live: {} })
    const second = scriptedEngine({ name: 'second', live: {} })
    const stream = await withFallback([first, second]).stream!({ sampleRate: rate })
    await stream.flush()
    expect(first.streams[0]!.flushed).toBe(1)
    await stream.close()
    expect(first.streams[0]!.closed).toBe(true)
  })
})
