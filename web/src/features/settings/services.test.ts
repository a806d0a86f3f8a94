import { expect, test } from 'vitest'
import { byEngine } from './services.ts'

test('engines have names that people know, and stand once, the most used first', () => {
  const used = (service: string, audio_seconds: number, requests = 1) => ({ service, audio_seconds, requests })
  const all = [
    used('transcription.local', 60),
    used('local', 30, 2),
    used('libretranslate', 0),
    used('gpt-4o-mini', 0, 4),
    used('transcription.deepgram', 600),
    used('llm', 0),
  ]
  const names: Record<string, string> = {
    ...{ local: 'Built in', llm: 'Language model', libretranslate: 'LibreTranslate', deepgram: 'Deepgram' },
  }
  const rows = byEngine(all, (engine) => names[engine] ?? engine)
  expect(rows.map((it) => [it.service, it.audio_seconds, it.requests])).toEqual([
    ['Deepgram', 600, 1],
    ['Built in', 90, 3],
    ['gpt-4o-mini', 0, 4],
    ['LibreTranslate', 0, 1],
    ['Language model', 0, 1],
  ])
})
