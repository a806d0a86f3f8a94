import { installModel, listAudit, listModels, measureModel, removeModel } from '@mina/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApp, type TestPerson, testApp } from '../../../test/app.ts'
import { modelMirror } from '../../../test/doubles/models/mirror.ts'
import { until } from '../../../test/until.ts'
import { entryNamed } from '../../speech/engines/local/models/registry.ts'
import { SpeechError } from '../../speech/errors.ts'
import { fakeRecogniser } from '../../speech/fake.ts'

const tiny = { params: { name: 'whisper-tiny' } }
let deaf = false
const engine = fakeRecogniser({
  name: 'local',
  transcripts: async () => (deaf ? new SpeechError('local', 'unavailable', 'It hears nothing.') : {}),
})

let mirror: Awaited<ReturnType<typeof modelMirror>>
let app: TestApp
let admin: TestPerson

beforeAll(async () => {
  mirror = await modelMirror(entryNamed('whisper-tiny')!)
  app = await testApp({ engines: [engine], env: { MINA_MODEL_MIRROR: mirror.url } })
  admin = await app.administrator()
})
afterAll(async () => {
  await app.close()
  await mirror.close()
})

const model = async (name: string) => (await admin.call(listModels)).items.find((it) => it.name === name)!
const reaches = (name: string, wanted: object) =>
  until(
    async () => {
      const it = await model(name)
      return Object.entries(wanted).every(([key, value]) => it[key as keyof typeof it] === value) && it
    },
    `${name} to be ${JSON.stringify(wanted)}`,
  )

test('only an administrator, signed in, sees, fetches and removes models', async () => {
  const ann = await app.person()
  for (const call of [installModel, measureModel, removeModel])
    await expect(ann.call(call, tiny)).rejects.toMatchObject({ code: 'forbidden' })
  await expect(ann.call(listModels)).rejects.toMatchObject({ code: 'forbidden' })
})

test('a model is fetched with progress, measured, and removed; the audit log tells who did it', async () => {
  const goOn = mirror.pause()
  expect(await model('whisper-tiny')).toMatchObject({ state: 'absent', languages: null, speed: null })
  await admin.call(installModel, tiny)
  const half = await until(async () => {
    const it = await model('whisper-tiny')
    return it.progress && it.progress.bytes > 0 && it
  }, 'half of it')
  expect(half).toMatchObject({ state: 'installing', progress: { total: mirror.size } })
  expect(half.progress!.bytes).toBeLessThan(mirror.size)
  goOn()
  const { speed, disk_bytes } = await reaches('whisper-tiny', { state: 'installed', measuring: false })
  expect(speed).toBeGreaterThan(0)
  expect(disk_bytes).toBeGreaterThan(1_000)
  await expect(admin.call(installModel, tiny)).rejects.toMatchObject({ code: 'conflict' })
  await admin.call(removeModel, tiny)
  await reaches('whisper-tiny', { state: 'absent', speed: null })
  const { items } = await admin.call(listAudit, { query: { action: 'admin_change' } })
  expect(items.map((it) => it.details)).toEqual([
    { model: 'whisper-tiny', done: 'remove' },
    { model: 'whisper-tiny', done: 'install' },
  ])
})

test('a download is stopped by removing it', async () => {
  const goOn = mirror.pause()
  await admin.call(installModel, tiny)
  await reaches('whisper-tiny', { state: 'installing' })
  await admin.call(removeModel, tiny)
  goOn()
  expect(await reaches('whisper-tiny', { state: 'absent' })).toMatchObject({ failure: null, progress: null })
})

test('a model that can not be fetched, or hears nothing, says why', async () => {
  await admin.call(installModel, { params: { name: 'parakeet-tdt-0.6b-v2' } })
  const { failure } = await until(async () => {
    const it = await model('parakeet-tdt-0.6b-v2')
    return it.failure !== null && it
  }, 'the failure')
  expect(failure).toMatch(/could not be fetched: .* answered 404/)
  deaf = true
  await admin.call(measureModel, { params: { name: 'moonshine-tiny-en' } })
  await reaches('moonshine-tiny-en', { failure: 'It hears nothing.', measuring: false })
  deaf = false
  await admin.call(measureModel, { params: { name: 'moonshine-tiny-en' } })
  const built = await reaches('moonshine-tiny-en', { failure: null, measuring: false })
  expect(built.state).toBe('built_in')
  expect(built.speed).toBeGreaterThan(0)
})

test('what is not there is not measured, what is unknown is not found, and the built-in one stays', async () => {
  const named = (name: string) => ({ params: { name } })
  await expect(admin.call(measureModel, tiny)).rejects.toMatchObject({ code: 'conflict' })
  await expect(admin.call(measureModel, named('punctuation'))).rejects.toMatchObject({ code: 'conflict' })
  await expect(admin.call(installModel, named('../etc'))).rejects.toMatchObject({ code: 'not_found' })
  await expect(admin.call(removeModel, named('moonshine-tiny-en'))).rejects.toMatchObject({ code: 'conflict' })
})
