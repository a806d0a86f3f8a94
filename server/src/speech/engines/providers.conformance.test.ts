import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createAssemblyaiDouble } from '../../../test/doubles/speech/assemblyai.ts'
import { createDeepgramDouble } from '../../../test/doubles/speech/deepgram.ts'
import { createOpenaiDouble } from '../../../test/doubles/speech/openai.ts'
import { fiveSeconds, samplesOf, waveRecording } from '../../../test/doubles/speech/recordings.ts'
import type { Double } from '../../../test/doubles/speech/server.ts'
import { hearTones } from '../../../test/doubles/speech/tones.ts'
import { trust } from '../../../test/doubles/speech/trust.ts'
import { cut, quietParts } from '../../audio/cut.ts'
import { silentLog } from '../../platform/log.ts'
import { recogniserConformance } from '../conformance.ts'
import type { Recogniser } from '../port.ts'
import { listPrices } from '../prices.ts'
import { createAssemblyai } from './assemblyai/index.ts'
import { createDeepgram } from './deepgram/index.ts'
import { cutAtSilence } from './openai/cut-at-silence.ts'
import { createOpenai } from './openai/index.ts'

const common = { prices: listPrices, log: silentLog }
const words = ['harbour', 'office', 'tide']

/** The doubles hear the same two sentences in whatever they are sent. */
const setup = async (doubles: Double[], recogniser: Recogniser, foreign: string) => {
  const folder = await mkdtemp(join(tmpdir(), 'mina-conformance-'))
  const distrust = doubles.flatMap(({ certificate }) => (certificate ? [trust(certificate)] : []))
  return {
    recogniser,
    speech: { recording: await waveRecording(folder, fiveSeconds()), words, pcm: fiveSeconds() },
    foreign,
    close: async () => {
      for (const end of distrust) end()
      for (const double of doubles) await double.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

recogniserConformance('Deepgram', async () => {
  const double = await createDeepgramDouble()
  return setup([double], createDeepgram({ ...common, apiKey: 'dg-key', baseUrl: double.url }), 'sw')
})

recogniserConformance('OpenAI', async () => {
  const double = await createOpenaiDouble({ tls: true })
  const options = {
    ...common,
    apiKey: 'sk-key',
    baseUrl: `${double.url}/v1`,
    official: true,
    cut: cutAtSilence({ quietParts, cut }),
  }
  return setup([double], createOpenai(options), 'yo')
})

recogniserConformance('AssemblyAI', async () => {
  const double = await createAssemblyaiDouble({ waits: 0 })
  const live = await createAssemblyaiDouble({ tls: true })
  const streamUrl = `${live.url.replace('https', 'wss')}/v3/ws`
  return setup(
    [double, live],
    createAssemblyai({ ...common, apiKey: 'aai-key', baseUrl: double.url, streamUrl }),
    'tlh',
  )
})

test('OpenAI gets long recordings in parts made by Mina’s own cutting, with true times', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mina-cutting-'))
  const double = await createOpenaiDouble({ hear: hearTones })
  const hertz = [400, 700, 1000, 1300, 1600, 1900]
  const pauses = hertz.flatMap((tone) => [
    { seconds: 14, hertz: tone },
    { seconds: 1, hertz: 0 },
  ])
  const recording = { ...(await waveRecording(folder, samplesOf(pauses))), name: 'talk.mkv' }
  const tools = cutAtSilence({ quietParts, cut })
  const openai = createOpenai({
    ...common,
    apiKey: 'sk-key',
    baseUrl: `${double.url}/v1`,
    cut: (it, limits) => tools(it, { ...limits, maxSeconds: 40 }),
  })
  const transcript = await openai.transcribe(recording, { language: 'en' })
  expect(transcript.chunks).toBe(3)
  expect(transcript.utterances.map(({ text }) => text)).toEqual(hertz.map((tone) => `tone ${tone}`))
  for (const [index, utterance] of transcript.utterances.entries())
    expect(Math.abs(utterance.start_ms - index * 15_000)).toBeLessThan(150)
  await double.close()
  await rm(folder, { recursive: true, force: true })
})
