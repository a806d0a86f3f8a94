import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { createAssemblyaiDouble } from '../../test/doubles/speech/assemblyai.ts'
import { createDeepgramDouble } from '../../test/doubles/speech/deepgram.ts'
import { createOpenaiDouble } from '../../test/doubles/speech/openai.ts'
import { fiveSeconds, waveRecording } from '../../test/doubles/speech/recordings.ts'
import { outage, scriptedEngine } from '../../test/doubles/speech/scripted-engine.ts'
import { createLog, silentLog } from '../platform/log.ts'
import { registry as metrics } from '../platform/metrics.ts'
import { createRecognisers, type RegistryOptions } from './registry.ts'

const recording = { path: '/none', name: 'a.wav', size: 1, channels: 1, duration_ms: 9000 }
const local = scriptedEngine({
  name: 'local',
  utterances: [{ text: 'a secret', start_ms: 0, end_ms: 9, confidence: null }],
})
const cut = () => {
  throw new Error('nothing is cut here')
}
const recognisers = (options: Partial<RegistryOptions> = {}) =>
  createRecognisers({ engines: [local], provider: 'local', cut, log: silentLog, ...options })
const pullable = [
  { name: 'parakeet-tdt-v3', languages: ['de', 'it'] },
  { name: 'whisper-base', languages: 'any' as const },
]

describe('choosing an engine', () => {
  test('all are there by name, with a key or without', () => {
    expect(recognisers().names).toEqual(['local', 'deepgram', 'openai', 'assemblyai'])
    expect(() => recognisers().get('siri')).toThrow('Use one of: local, deepgram, openai, assemblyai.')
  })

  test('a name that no engine has stops the start', () => {
    expect(() => recognisers({ provider: 'depgram' })).toThrow('no engine of this name')
    expect(() => recognisers({ fallback: ['locale'] })).toThrow('no engine of this name')
  })

  test('the usual one is taken without a wish, a named one by name', () => {
    const both = recognisers({ deepgram: { apiKey: 'k' } })
    expect(both.pick({}).name).toBe('local')
    expect(both.pick({ provider: 'deepgram' }).name).toBe('deepgram')
  })

  test('a named engine without its key says which variable to set, whatever could stand in', () => {
    const options = { fallback: ['local'] }
    expect(() => recognisers(options).pick({ provider: 'deepgram' })).toThrow('Set DEEPGRAM_API_KEY to use Deepgram.')
    expect(() => recognisers(options).pick({ provider: 'assemblyai' })).toThrow('ASSEMBLYAI_API_KEY')
    expect(() => recognisers(options).pick({ provider: 'openai' })).toThrow('OPENAI_API_KEY')
  })

  test('the usual engine without its key is stood in for, with a warning', async () => {
    const chain = recognisers({ provider: 'deepgram', fallback: ['local'] })
    const transcript = await chain.pick({}).transcribe(recording, {})
    expect(transcript).toMatchObject({ engine: 'local', warnings: [{ code: 'fallback' }] })
  })

  test('a language that nobody behind the engine does names who does, and the model to fetch', () => {
    const some = recognisers({ deepgram: { apiKey: 'k' }, pullable })
    expect(() => some.pick({ language: 'it' })).toThrow(
      'The local engine does not do Italian (it). These engines do: deepgram. For this machine: mina models pull parakeet-tdt-v3.',
    )
    expect(() => some.pick({ language: 'sw' })).toThrow('mina models pull whisper-base')
    expect(() => recognisers({ pullable: [] }).pick({ language: 'it' })).toThrow('Set DEEPGRAM_API_KEY')
  })

  test('a language that the next one does goes to the next one', async () => {
    const italian = scriptedEngine({ name: 'italian', capabilities: { languages: ['it'] } })
    const some = recognisers({ engines: [local, italian], fallback: ['italian'] })
    const transcript = await some.pick({ language: 'it-IT' }).transcribe(recording, { language: 'it-IT' })
    expect(transcript.engine).toBe('italian')
  })

  test('a speech server takes the place of OpenAI, without its key and its prices', () => {
    const own = recognisers({
      openai: { apiKey: 'sk-openai' },
      speechServer: { baseUrl: 'http://10.0.0.7:8000/v1', model: 'large-v3' },
    })
    const openai = own.get('openai')
    expect(openai.unavailable()).toBeNull()
    expect(openai.capabilities).toMatchObject({ models: ['large-v3'], languages: 'any', streaming: false })
    expect(openai.stream).toBeUndefined()
  })
})

test('work is counted and told by numbers; what was said is not', async () => {
  const lines: string[] = []
  const write = (chunk: unknown, _: string, done: () => void) => {
    lines.push(String(chunk))
    done()
  }
  const log = createLog('debug', new Writable({ write }))
  const failing = scriptedEngine({ name: 'failing', fails: { error: outage('failing') } })
  const some = recognisers({ engines: [local, failing], log })
  await some.pick({}).transcribe(recording, {})
  await expect(some.pick({ provider: 'failing' }).transcribe(recording, {})).rejects.toThrow('failing is down.')
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { engine: 'local', audio_ms: 9000, utterances: 1, cost_usd: 0.01 },
    { engine: 'failing', code: 'provider_failed' },
  ])
  expect(lines.join()).not.toContain('a secret')
  expect(await metrics.getSingleMetricAsString('mina_speech_audio_seconds_total')).toContain('{engine="local"} ')
})

test('no key, and nothing that a provider says, gets into a log line or an error', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mina-canary-'))
  const lines: string[] = []
  const write = (chunk: unknown, _: string, done: () => void) => {
    lines.push(String(chunk))
    done()
  }
  const words = {
    err_code: 'X',
    err_msg: 'canary-words',
    request_id: 'r',
    error: { message: 'canary-words', type: 't', param: null, code: null },
  }
  const script = [500, 429, 400].map((status) => ({ status, body: words, headers: { 'retry-after': '0' } }))
  const doubles = [
    await createDeepgramDouble({ script }),
    await createOpenaiDouble({ script }),
    await createAssemblyaiDouble({ script }),
  ]
  const [deepgram, openai, assemblyai] = doubles.map(({ url }) => ({ apiKey: 'canary-key', baseUrl: url }))
  const some = recognisers({
    ...{ deepgram, openai: { apiKey: 'canary-key', baseUrl: `${openai!.baseUrl}/v1` }, assemblyai },
    log: createLog('debug', new Writable({ write })),
    tuning: { retry: { first_ms: 1 } },
  })
  const audio = await waveRecording(folder, fiveSeconds())
  for (const name of ['deepgram', 'openai', 'assemblyai']) {
    const error = await some
      .pick({ provider: name })
      .transcribe(audio, {})
      .catch((caught: unknown) => caught)
    expect(error).toMatchObject({ name: 'SpeechError', status: 400 })
    expect(String(error) + JSON.stringify(error)).not.toContain('canary')
  }
  expect(lines).toHaveLength(9)
  expect(lines.join()).not.toContain('canary')
  await Promise.all(doubles.map((double) => double.close()))
  await rm(folder, { recursive: true, force: true })
})
