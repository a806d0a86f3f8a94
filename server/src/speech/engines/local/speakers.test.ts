import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { laySpeakerModels } from '../../../../test/doubles/models/speakers.ts'
import { ffmpeg, type Spoken, soundFolder, speak } from '../../../../test/sounds.ts'
import { probe } from '../../../audio/probe.ts'
import { silentLog } from '../../../platform/log.ts'
import type { Recording } from '../../port.ts'
import { createLocalRecogniser, type LocalRecogniser } from './index.ts'

let folder: Awaited<ReturnType<typeof soundFolder>>
let local: LocalRecogniser
let talk: Recording

const turns: Spoken[] = [
  { voice: 'rms', text: 'Good morning, and thank you for calling the town library.' },
  { voice: 'slt', text: 'Hello, I would like to know when the reading room opens.' },
  { voice: 'rms', text: 'It opens in the morning, and it closes in the evening.' },
  { voice: 'slt', text: 'Very good, then I will come tomorrow with my sister.' },
]

/** One after the other, each through a line that makes its voice unmistakable to the small models. */
async function talkOfTwo(path: string) {
  const lines = { rms: 'lowpass=f=700', slt: 'highpass=f=700,volume=2' } as Record<string, string>
  const said = await Promise.all(
    turns.map(async (turn, index) => {
      const raw = await speak(join(folder.path, `turn-${index}.wav`), turn)
      const filtered = join(folder.path, `line-${index}.wav`)
      await ffmpeg('-i', raw, '-af', `${lines[turn.voice!]},apad=pad_dur=0.8`, filtered)
      return filtered
    }),
  )
  const joined = `${said.map((_, index) => `[${index}:a]`).join('')}concat=n=${said.length}:v=0:a=1`
  await ffmpeg(...said.flatMap((it) => ['-i', it]), '-filter_complex', joined, path)
  const { duration_ms, channels, size } = await probe(path)
  return { path, duration_ms, channels, size, name: 'talk.wav' }
}

beforeAll(async () => {
  folder = await soundFolder()
  const modelsDir = join(folder.path, 'models')
  await laySpeakerModels(modelsDir)
  local = createLocalRecogniser({ modelsDir, cacheDir: join(folder.path, 'cache'), log: silentLog, workers: 2 })
  talk = await talkOfTwo(join(folder.path, 'talk.wav'))
})
afterAll(async () => {
  await local.close()
  await folder.remove()
})

test('two speakers are told apart where both models are there, by the turns they take', async () => {
  expect(local.capabilities.diarization).toBe(true)
  const { utterances } = await local.transcribe(talk, { diarize: true })
  expect(utterances.map((it) => it.speaker)).toEqual(['Speaker 1', 'Speaker 2', 'Speaker 1', 'Speaker 2'])
  const firsts = utterances.map((it) => it.text.toLowerCase().split(/\W+/).slice(0, 2).join(' '))
  expect([firsts[0], firsts[1], firsts[3]]).toEqual(['good morning', 'hello i', 'very good'])
})

test('who speaks is not asked where nobody wants to know', async () => {
  const { utterances } = await local.transcribe(talk, {})
  expect(utterances.length).toBeGreaterThan(0)
  expect(utterances.filter((it) => it.speaker)).toEqual([])
})

test('what is called off while speakers are told apart ends at once', async () => {
  const controller = new AbortController()
  const work = local.transcribe(talk, { diarize: true, signal: controller.signal })
  controller.abort(new Error('called off'))
  await expect(work).rejects.toThrow('called off')
})
