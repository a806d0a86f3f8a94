import { expect, test } from 'vitest'
import { recogniserConformance } from './conformance.ts'
import { SpeechError } from './errors.ts'
import { fakeRecogniser } from './fake.ts'
import type { StreamEvent } from './port.ts'

const recording = { path: '/dev/null', duration_ms: 4000, channels: 1, size: 1, name: 'a.wav' }

recogniserConformance('the fake', async () => ({
  recogniser: fakeRecogniser({
    capabilities: { wordTimes: 'none' },
    transcripts: (_, options) =>
      options.language === 'it' ? new SpeechError('fake', 'unsupported_language', 'English only.') : {},
  }),
  speech: { recording, words: ['second'], pcm: new Int16Array(64_000) },
  foreign: 'it',
  close: async () => {},
}))

test('answers come in the order of the script and the last one repeats', async () => {
  const fake = fakeRecogniser({ transcripts: [new SpeechError('fake', 'provider_failed', 'down'), { language: 'it' }] })
  await expect(fake.transcribe(recording, {})).rejects.toThrow('down')
  expect((await fake.transcribe(recording, {})).language).toBe('it')
  expect((await fake.transcribe(recording, {})).language).toBe('it')
  expect(fake.calls.length).toBe(3)
})

test('a live script is told as the audio reaches its times, and may break', async () => {
  const event: StreamEvent = { type: 'speech_started', at_ms: 500 }
  const fake = fakeRecogniser({ steps: [{ after_ms: 500, event }], breakAfter: { ms: 1000, error: new Error('gone') } })
  const stream = await fake.stream!({ sampleRate: 16_000 })
  stream.write(new Int16Array(8000))
  stream.write(new Int16Array(8000))
  const told: StreamEvent[] = []
  await expect(
    (async () => {
      for await (const it of stream) told.push(it)
    })(),
  ).rejects.toThrow('gone')
  expect(told).toEqual([event])
})
