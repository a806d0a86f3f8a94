import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Recogniser, Recording, StreamEvent, Transcript, Utterance } from './port.ts'

export interface EngineUnderTest {
  recogniser: Recogniser
  /** English speech of a few seconds or more, and words that any working engine hears in it. */
  speech: { recording: Recording; words: readonly string[]; pcm: Int16Array }
  /** A language that the engine can not do, where there is one. */
  foreign?: string
  close(): Promise<void>
}

const plain = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}\s]/gu, ' ')

const inOrder = (utterances: readonly Utterance[], end_ms: number) => {
  let before = 0
  for (const { start_ms, end_ms: end, text, words, confidence } of utterances) {
    expect(text.trim()).not.toBe('')
    expect(start_ms).toBeGreaterThanOrEqual(before)
    expect(end).toBeGreaterThanOrEqual(start_ms)
    expect(end).toBeLessThanOrEqual(end_ms + 500)
    before = start_ms
    for (const value of [confidence, ...(words ?? []).map((word) => word.confidence)])
      if (value !== null) expect(value >= 0 && value <= 1).toBe(true)
    let word_ms = start_ms - 1000
    for (const word of words ?? []) {
      expect(word.start_ms).toBeGreaterThanOrEqual(word_ms)
      expect(word.end_ms).toBeGreaterThanOrEqual(word.start_ms)
      expect(word.end_ms).toBeLessThanOrEqual(end + 1000)
      word_ms = word.start_ms
    }
  }
}

/** What every engine promises, whoever does the work: called from each engine's own test file. */
export function recogniserConformance(name: string, setup: () => Promise<EngineUnderTest>) {
  describe(`${name} keeps the promises of a recogniser`, () => {
    let it: EngineUnderTest
    beforeAll(async () => {
      it = await setup()
    })
    afterAll(() => it.close())

    const hears = (utterances: readonly Utterance[]) => {
      const text = plain(utterances.map((utterance) => utterance.text).join(' '))
      for (const word of it.speech.words) expect(text).toContain(word)
    }

    test('it can be used and says what it can do', () => {
      expect(it.recogniser.unavailable()).toBeNull()
      const { capabilities } = it.recogniser
      expect(capabilities.batch || capabilities.streaming).toBe(true)
      expect(capabilities.models.length).toBeGreaterThan(0)
      expect(capabilities.streaming).toBe(it.recogniser.stream !== undefined)
    })

    test('it hears the words, in order and inside the recording, and tells them as they come', async () => {
      const told: Utterance[] = []
      const progress: number[] = []
      const transcript: Transcript = await it.recogniser.transcribe(it.speech.recording, {
        language: 'en',
        words: true,
        onUtterance: (utterance) => void told.push(utterance),
        onProgress: ({ done }) => void progress.push(done),
      })
      hears(transcript.utterances)
      inOrder(transcript.utterances, it.speech.recording.duration_ms)
      expect(told).toEqual(transcript.utterances)
      expect(transcript).toMatchObject({
        engine: it.recogniser.name,
        language: expect.stringMatching(/^en/),
        model: expect.any(String),
      })
      expect(transcript.chunks).toBeGreaterThanOrEqual(1)
      expect(transcript.cost_usd).toBeGreaterThanOrEqual(0)
      expect(Math.abs(transcript.duration_ms - it.speech.recording.duration_ms)).toBeLessThan(1000)
      expect(progress.toSorted((a, b) => a - b)).toEqual(progress)
      if (progress.length) expect(progress.at(-1)).toBe(1)
      if (it.recogniser.capabilities.wordTimes !== 'none')
        expect(transcript.utterances.flatMap((utterance) => utterance.words ?? []).length).toBeGreaterThan(0)
    })

    test('a call that was called off does no work and fails with the reason of the signal', async () => {
      const stop = new AbortController()
      stop.abort(new Error('called off'))
      const told: Utterance[] = []
      const options = { signal: stop.signal, onUtterance: (utterance: Utterance) => void told.push(utterance) }
      await expect(it.recogniser.transcribe(it.speech.recording, options)).rejects.toThrow('called off')
      expect(told).toEqual([])
    })

    test('a language that it can not do is refused, naming a remedy', async () => {
      if (!it.foreign) return expect(it.recogniser.capabilities.languages).toBeDefined()
      await expect(it.recogniser.transcribe(it.speech.recording, { language: it.foreign })).rejects.toMatchObject({
        name: 'SpeechError',
        code: 'unsupported_language',
        engine: it.recogniser.name,
        retryable: false,
      })
    })

    test('a live stream takes audio without blocking, ends after its last final, and counts time from its offset', async () => {
      if (!it.recogniser.stream) return expect(it.recogniser.capabilities.streaming).toBe(false)
      const offset_ms = 60_000
      const stream = await it.recogniser.stream({ sampleRate: 16_000, language: 'en', interim: true, offset_ms })
      const events: StreamEvent[] = []
      const reading = (async () => {
        for await (const event of stream) events.push(event)
      })()
      for (let at = 0; at < it.speech.pcm.length; at += 1600)
        expect(stream.write(it.speech.pcm.subarray(at, at + 1600)).lag_ms).toBeGreaterThanOrEqual(0)
      await stream.finish()
      await reading
      const finals = events.flatMap((event) => (event.type === 'final' ? [event.utterance] : []))
      hears(finals)
      inOrder(finals, offset_ms + it.speech.pcm.length / 16)
      expect(finals[0]!.start_ms).toBeGreaterThanOrEqual(offset_ms)
      expect(events.findLastIndex((event) => event.type === 'interim')).toBeLessThan(
        events.findLastIndex((event) => event.type === 'final'),
      )
      for (const event of events)
        if (event.type === 'interim') expect(event.stable_chars).toBeLessThanOrEqual(event.utterance.text.length)
      await stream.close()
      await stream.close()
    })

    test('a stream that is closed early ends quietly', async () => {
      if (!it.recogniser.stream) return expect(it.recogniser.capabilities.streaming).toBe(false)
      const stream = await it.recogniser.stream({ sampleRate: 16_000, language: 'en' })
      stream.write(it.speech.pcm.subarray(0, 8000))
      await stream.close()
      const events: StreamEvent[] = []
      for await (const event of stream) events.push(event)
      expect(events.every((event) => event.type !== 'final')).toBe(true)
    })
  })
}
