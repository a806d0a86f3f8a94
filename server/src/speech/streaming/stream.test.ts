import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fakeRecogniser } from '../fake.ts'
import type { StreamEvent, StreamOptions } from '../port.ts'
import { withStreaming } from './adapter.ts'
import type { PieceEngine, PieceRequest, RecognisedPiece } from './engine.ts'
import { hushAtEnd } from './hush.ts'
import { createInbox } from './inbox.ts'
import { openPieceStream } from './stream.ts'
import { createTape } from './tape.ts'
import { joined, stableChars } from './text.ts'
import type { VoiceDetector } from './voice.ts'

const second = 16_000
const chunk = 0.1 * second

/** Speech is what is not zero; like the real detector it knows the end of a stretch 100 ms late, or later still, and puts it late. */
function loudnessDetector(late = 1600, after = 0): VoiceDetector {
  let position = 0
  let start: number | undefined
  let last = 0
  return {
    async feed(samples, flush = false) {
      const islands: { start: number; end: number }[] = []
      for (const [at, sample] of samples.entries()) {
        if (sample !== 0) {
          start ??= position + at
          last = position + at + 1
        } else if (start !== undefined && position + at - last > late) {
          islands.push({ start, end: last + after })
          start = undefined
        }
      }
      position += samples.length
      if (flush && start !== undefined) {
        islands.push({ start, end: last })
        start = undefined
      }
      return { islands, speaking: start !== undefined }
    },
    close() {},
  }
}

/** Hears one word for each half second of sound. */
const counting = (samples: Int16Array): RecognisedPiece => {
  const halves = Math.round(samples.reduce((sum, it) => sum + (it === 0 ? 0 : 1), 0) / 8000)
  return { text: Array.from({ length: halves }, (_, at) => `word${at}`).join(' '), confidence: null }
}

interface Setup {
  recognise?: (samples: Int16Array, request: PieceRequest) => Promise<RecognisedPiece>
  busy?: number
  /** Samples by which the detector is late. */
  late?: number
  /** Samples of silence that it takes for speech. */
  after?: number
  options?: Partial<StreamOptions>
}

async function listen(sound: [kind: 'speech' | 'silence', seconds: number][], setup: Setup = {}) {
  const requests: { request: PieceRequest; seconds: number }[] = []
  const engine: PieceEngine = {
    name: 'counting',
    openDetector: async () => loudnessDetector(),
    load: () => ({ finals: setup.busy ?? 0, speaking: 1, workers: 2 }),
    speaking: () => {},
    async recognise(samples, request) {
      requests.push({ request, seconds: samples.length / second })
      return setup.recognise?.(samples, request) ?? counting(samples)
    },
  }
  let closed = 0
  const stream = openPieceStream(
    engine,
    loudnessDetector(setup.late, setup.after),
    { sampleRate: second, interim: true, ...setup.options },
    () => closed++,
  )
  const events: StreamEvent[] = []
  const reading = (async () => {
    for await (const event of stream) events.push(event)
  })()
  reading.catch(() => {})
  for (const [kind, seconds] of sound)
    for (let sent = 0; sent < seconds * second; sent += chunk) {
      stream.write(new Int16Array(Math.min(chunk, seconds * second - sent)).fill(kind === 'speech' ? 5000 : 0))
      // As in life, the recogniser has time between chunks.
      await new Promise((done) => setImmediate(done))
    }
  await stream.finish()
  await reading
  const asked = requests.map(({ request, seconds }) => ({ priority: request.priority, seconds }))
  return { events, requests: asked, closed, finals: events.flatMap((event) => (event.type === 'final' ? [event] : [])) }
}

describe('live text out of a batch engine', () => {
  test('a pause ends an utterance; its times are those of the speech, from the offset', async () => {
    const { finals, events, closed } = await listen(
      [
        ['silence', 1],
        ['speech', 2],
        ['silence', 2],
        ['speech', 3],
        ['silence', 2],
      ],
      { options: { offset_ms: 10_000 } },
    )
    expect(finals.map(({ utterance }) => [utterance.start_ms, utterance.end_ms])).toEqual([
      [11_000, 13_000],
      [15_000, 18_000],
    ])
    expect(finals.every((final) => final.speech_final)).toBe(true)
    expect(events.filter((event) => event.type === 'speech_started').length).toBe(2)
    expect(events.filter((event) => event.type === 'utterance_end').map((event) => event.at_ms)).toEqual([
      13_000, 18_000,
    ])
    expect(closed).toBe(1)
  })

  test('text grows while someone speaks, and what two decodes agree on is stable', async () => {
    const { events } = await listen([
      ['speech', 3],
      ['silence', 1],
    ])
    const interims = events.flatMap((event) => (event.type === 'interim' ? [event] : []))
    expect(interims.length).toBeGreaterThan(3)
    for (const [index, { utterance, stable_chars }] of interims.entries()) {
      const before = interims[index - 1]?.utterance.text ?? ''
      expect(utterance.text.startsWith(before)).toBe(true)
      expect(stable_chars).toBe(before.length)
    }
  })

  test('after a short pause only what came since is decoded for interims', async () => {
    const { requests, finals } = await listen([
      ['speech', 3],
      ['silence', 0.15],
      ['speech', 1.5],
      ['silence', 1],
    ])
    const interims = requests.filter((request) => request.priority === 'live-interim')
    expect(interims.at(-1)!.seconds).toBeLessThan(1.7)
    expect(finals.length).toBe(1)
    expect(finals[0]!.utterance.text.split(' ').length).toBe(9)
  })

  test('where there is no pause, what was decoded once is not decoded for interims again', async () => {
    const { requests, events } = await listen([
      ['speech', 9],
      ['silence', 1],
    ])
    const interims = requests.filter((request) => request.priority === 'live-interim')
    expect(interims.length).toBeGreaterThan(8)
    expect(Math.max(...interims.map((request) => request.seconds))).toBeLessThan(3.3)
    const shown = events.flatMap((event) => (event.type === 'interim' ? [event.utterance] : []))
    expect(shown.at(-1)!.end_ms).toBeGreaterThan(8_000)
    expect(shown.at(-1)!.text.split(' ').length).toBeGreaterThan(13)
    for (const [index, { end_ms }] of shown.entries())
      expect(end_ms).toBeGreaterThanOrEqual(shown[index - 1]?.end_ms ?? 0)
  })

  test('a guess that speech overtook is given up, and one that proves right becomes the final', async () => {
    const signals: AbortSignal[] = []
    let overtaken: boolean | undefined
    const { requests, finals } = await listen(
      [
        ['speech', 3],
        ['silence', 0.2],
        ['speech', 1],
        ['silence', 1],
      ],
      {
        options: { interim: false },
        recognise: async (samples, { signal }) => {
          overtaken = signals.at(-1)?.aborted
          signals.push(signal)
          return counting(samples)
        },
      },
    )
    expect(requests.map(({ priority }) => priority)).toEqual(['live-guess', 'live-final'])
    expect(overtaken).toBe(true)
    expect(finals.length).toBe(1)
  })

  test('the final is decoded at the first silence, once, and told when the pause is certain', async () => {
    const { requests } = await listen([
      ['speech', 4],
      ['silence', 1],
    ])
    expect(requests.filter((request) => request.priority === 'live-final').length).toBe(1)
  })

  test('where there is time, quiet is taken for the end before the detector is sure, and heard once', async () => {
    const sound: [kind: 'speech' | 'silence', seconds: number][] = [
      ['speech', 4],
      ['silence', 1],
    ]
    const heard: number[] = []
    const setup: Setup = {
      late: 0.2 * second,
      options: { interim: false },
      recognise: async (samples) => {
        heard.push(samples.length)
        return counting(samples)
      },
    }
    await listen(sound, setup)
    await listen(sound, { ...setup, busy: 0.5 })
    const [early, sure] = heard
    expect(heard.length).toBe(2)
    // Of the silence it heard what had come by then.
    expect(sure! - early!).toBeGreaterThanOrEqual(0.1 * second)
  })

  test('speech ends where the voice fell quiet, not where the detector says', async () => {
    const { finals } = await listen(
      [
        ['speech', 2],
        ['silence', 1],
      ],
      { late: 0.2 * second, after: 0.15 * second },
    )
    expect(finals.map(({ utterance }) => utterance.end_ms)).toEqual([2000])
  })

  test('a busy machine drops interims and guesses, never finals', async () => {
    const { requests, finals } = await listen(
      [
        ['speech', 4],
        ['silence', 0.15],
        ['speech', 1],
        ['silence', 1],
      ],
      { busy: 0.9 },
    )
    expect(requests.map((request) => request.priority)).toEqual(['live-final'])
    expect(finals.length).toBe(1)
  })

  test('speech without a pause is cut by ten seconds or so, and covered once', async () => {
    const { finals } = await listen([
      ['speech', 34],
      ['silence', 1],
    ])
    expect(finals.length).toBeGreaterThan(2)
    for (const [index, { utterance }] of finals.entries()) {
      expect(utterance.end_ms - utterance.start_ms).toBeLessThan(10_500)
      if (index > 0) expect(utterance.start_ms).toBe(finals[index - 1]!.utterance.end_ms)
    }
    expect(finals[0]!.utterance.start_ms).toBe(0)
    expect(Math.abs(finals.at(-1)!.utterance.end_ms - 34_000)).toBeLessThan(150)
  })

  test('a failed piece is a gap, told as such; three in a row end the stream with the reason', async () => {
    let calls = 0
    const once = await listen(
      [
        ['speech', 2],
        ['silence', 2],
        ['speech', 2],
        ['silence', 2],
      ],
      {
        options: { interim: false },
        recognise: async (samples) => {
          if (calls++ === 0) throw new Error('lost')
          return counting(samples)
        },
      },
    )
    expect(once.events.filter((event) => event.type === 'warning').map((event) => event.warning.code)).toEqual(['gap'])
    expect(once.finals.length).toBe(1)
    const always = listen(
      Array.from({ length: 6 }, (_, at) => [at % 2 ? 'silence' : 'speech', 2] as ['speech' | 'silence', number]),
      {
        recognise: async () => {
          throw new Error('engine gone')
        },
      },
    )
    await expect(always).rejects.toThrow('engine gone')
  })

  test('whatever is said and however long the pauses are, all speech is covered once and in order', async () => {
    const talk = fc.array(fc.tuple(fc.integer({ min: 6, max: 130 }), fc.integer({ min: 2, max: 15 })), {
      minLength: 1,
      maxLength: 6,
    })
    await fc.assert(
      fc.asyncProperty(talk, async (parts) => {
        const sound = parts.flatMap(
          ([speech, silence]) =>
            [
              ['speech', speech / 10],
              ['silence', silence / 10],
            ] as ['speech' | 'silence', number][],
        )
        const { finals } = await listen(sound)
        let at = 0
        let reached = 0
        for (const { utterance } of finals) {
          expect(utterance.start_ms).toBeGreaterThanOrEqual(reached)
          reached = utterance.end_ms
        }
        for (const [speech, silence] of parts) {
          const covered = finals.some(({ utterance }) => utterance.start_ms <= at && utterance.end_ms > at)
          expect(covered).toBe(true)
          at += (speech + silence) * 100
        }
      }),
      { numRuns: 25 },
    )
  })

  test('other rates are resampled, and times stay true', async () => {
    const { finals } = await listen(
      [
        ['silence', 0.5],
        ['speech', 2],
        ['silence', 1],
      ],
      { options: { sampleRate: 8000 } },
    )
    expect(Math.abs(finals[0]!.utterance.start_ms - 1000)).toBeLessThan(30)
    expect(Math.abs(finals[0]!.utterance.end_ms - 5000)).toBeLessThan(30)
  })
})

test('an engine for finished recordings becomes a live one, piece by piece', async () => {
  const batch = fakeRecogniser({
    capabilities: { streaming: false },
    transcripts: ({ duration_ms }) => ({
      utterances: [{ start_ms: 0, end_ms: duration_ms, text: 'heard', confidence: 0.5 }],
    }),
  })
  const live = withStreaming(batch, { openDetector: async () => loudnessDetector(), maxStreams: 1 })
  expect(live.capabilities.streaming).toBe(true)
  const stream = await live.stream!({ sampleRate: second, language: 'it' })
  await expect(live.stream!({ sampleRate: second })).rejects.toMatchObject({ code: 'unavailable', retryAfter: 30 })
  stream.write(new Int16Array(2 * second).fill(5000))
  stream.write(new Int16Array(second))
  await stream.finish()
  const finals: string[] = []
  for await (const event of stream)
    if (event.type === 'final') finals.push(`${event.utterance.text} ${event.utterance.confidence}`)
  expect(finals).toEqual(['heard 0.5'])
  expect(batch.calls[0]).toMatchObject({ recording: { channels: 1 }, options: { language: 'it' } })
  await (await live.stream!({ sampleRate: second })).close()
})

test('agreement is by words, not letters or marks', () => {
  expect(stableChars('Hello wor', 'Hello world')).toBe('Hello'.length)
  expect(stableChars('Hello, world.', 'Hello world and')).toBe('Hello world'.length)
  expect(stableChars('', 'Hello')).toBe(0)
  expect(joined('We went home.', 'And slept')).toBe('We went home and slept')
  expect(joined('Are you there?', 'Yes')).toBe('Are you there? Yes')
})

test('quiet at the end is told from a voice, and from noise that goes on', () => {
  const sound = (seconds: number, level: number) =>
    Int16Array.from({ length: seconds * second }, (_, at) => level * Math.sin(at))
  const after = (...parts: Int16Array[]) => hushAtEnd(Int16Array.from(parts.flatMap((it) => [...it])))
  expect(after(sound(1, 8000), sound(0.1, 100))).toBe(0.1 * second)
  expect(after(sound(1, 8000), sound(0.1, 2000))).toBe(0)
  expect(after(sound(1, 300))).toBe(0)
  expect(after(sound(1, 0))).toBe(0)
})

test('what waits too long becomes silence of the same length', async () => {
  const inbox = createInbox(1000)
  for (let at = 1; at <= 5; at++) inbox.put(new Int16Array(400).fill(at))
  inbox.end()
  const blocks: Int16Array[] = []
  for await (const { block } of inbox) blocks.push(block)
  const all = blocks[0]!
  expect(all.length).toBe(2000)
  expect([all[0], all[1199], all[1200], all[1999]]).toEqual([0, 0, 4, 5])
})

test('a tape gives back what is still there', () => {
  const tape = createTape()
  for (let at = 0; at < 10; at++) tape.append(new Int16Array(100).fill(at))
  tape.forget(350)
  expect(tape.start).toBe(300)
  expect([...tape.read(398, 402)]).toEqual([3, 3, 4, 4])
  expect(tape.read(0, 310).length).toBe(10)
  expect(tape.read(990, 2000).length).toBe(10)
})
