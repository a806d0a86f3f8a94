import {
  cancelQueued,
  createWebhook,
  getJob,
  getUsage,
  type Job,
  listAudit,
  listQueue,
  retryQueued,
  systemHealth,
} from '@mina/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApp, type TestPerson, testApp } from '../../../test/app.ts'
import { until } from '../../../test/until.ts'
import { wavBytes } from '../../audio/wav.ts'
import { SpeechError } from '../../speech/errors.ts'
import { fakeRecogniser } from '../../speech/fake.ts'

const wav = wavBytes(Int16Array.from({ length: 16_000 }, (_, at) => Math.sin(at / 8) * 8_000))
let broken = false
let held: ((signal: AbortSignal | undefined) => Promise<void>) | null = null
const engine = fakeRecogniser({
  name: 'local',
  transcripts: async (_, { signal }) => {
    await held?.(signal)
    return broken ? new SpeechError('local', 'unprocessable_audio', 'The model is broken.') : {}
  },
})

let app: TestApp
let admin: TestPerson

beforeAll(async () => {
  app = await testApp({ engines: [engine] })
  admin = await app.administrator()
})
afterAll(() => app.close())

async function upload(person: TestPerson) {
  const body = new FormData()
  body.set('type', 'transcription')
  body.set('file', new Blob([new Uint8Array(wav)]), 'talk.wav')
  return (await (await person.raw('/saas/jobs', { method: 'POST', body })).json()) as Job
}

const reaches = (person: TestPerson, id: string, status: string, ms?: number) =>
  until(async () => (await person.call(getJob, { params: { id } })).status === status, `the job to be ${status}`, ms)

const queued = (jobId: string, state?: string) =>
  until(async () => {
    const { items } = await admin.call(listQueue, { query: { state, limit: 200 } })
    return items.find((it) => it.subject_id === jobId)
  }, `the job in the queue, ${state}`)

test('nobody but an administrator, signed in, sees the queue or the health', async () => {
  const ann = await app.person()
  await expect(ann.call(listQueue, { query: {} })).rejects.toMatchObject({ code: 'forbidden' })
  await expect(ann.call(systemHealth)).rejects.toMatchObject({ code: 'forbidden' })
  const made = (await (await admin.json('/auth/api-keys', { name: 'script' })).json()) as { api_key: string }
  const script = app.client({ 'x-api-key': made.api_key })
  await expect(script.call(systemHealth)).rejects.toMatchObject({ code: 'forbidden' })
})

test('a job that failed is shown with its reason, and is tried again when somebody mended what broke it', async () => {
  const ann = await app.person()
  broken = true
  const job = await upload(ann)
  await reaches(ann, job.id, 'failed')
  const item = await queued(job.id, 'failed')
  expect(item).toMatchObject({ queue: 'jobs.run', user_id: ann.user.id, error: 'The model is broken.' })
  broken = false
  await admin.call(retryQueued, { params: { queue: item.queue, id: item.id } })
  await reaches(ann, job.id, 'done')
  const { month, usage } = await ann.call(getUsage, { query: {} })
  expect([month.jobs_month, usage.length]).toEqual([1, 1])
  const done = await queued(job.id, 'completed')
  await expect(admin.call(retryQueued, { params: { queue: done.queue, id: done.id } })).rejects.toMatchObject({
    code: 'conflict',
  })
  const { items } = await admin.call(listAudit, { query: { action: 'admin_change' } })
  expect(items[0]).toMatchObject({ actor_id: admin.user.id, details: { done: 'retry' } })
})

test('a running job is stopped', async () => {
  const ann = await app.person()
  const aborted = new Promise<void>((done) => {
    held = (signal) =>
      new Promise((_, fail) =>
        signal?.addEventListener('abort', () => {
          done()
          fail(signal.reason as Error)
        }),
      )
  })
  const job = await upload(ann)
  await reaches(ann, job.id, 'processing')
  const item = await queued(job.id, 'active')
  await admin.call(cancelQueued, { params: { queue: item.queue, id: item.id } })
  await aborted
  held = null
  expect(await queued(job.id, 'cancelled')).toMatchObject({ id: item.id })
})

test('routine that went well stands under its state only, so that it buries nothing', async () => {
  const ann = await app.person()
  const job = await upload(ann)
  await reaches(ann, job.id, 'done')
  const routine = { user_id: null, state: 'completed' }
  await expect
    .poll(async () => (await admin.call(listQueue, { query: { state: 'completed', limit: 200 } })).items)
    .toContainEqual(expect.objectContaining(routine))
  const { items } = await admin.call(listQueue, { query: { limit: 200 } })
  expect(items).toContainEqual(expect.objectContaining({ subject_id: job.id }))
  expect(items).not.toContainEqual(expect.objectContaining(routine))
})

test('a job that is not there is not found', async () => {
  const params = { queue: 'jobs.run', id: crypto.randomUUID() }
  await expect(admin.call(retryQueued, { params })).rejects.toMatchObject({ code: 'not_found' })
  await expect(admin.call(cancelQueued, { params })).rejects.toMatchObject({ code: 'not_found' })
  const odd = { queue: "x' or 1=1", id: 'y' }
  await expect(admin.call(cancelQueued, { params: odd })).rejects.toMatchObject({ code: 'not_found' })
})

test('the health names what runs and what could be set up, and no secret', async () => {
  const ann = await app.person()
  await ann.call(createWebhook, { body: { url: 'https://example.com/', events: ['job.done'] } })
  const health = await admin.call(systemHealth)
  const states = Object.fromEntries(health.checks.map((it) => [it.name, it.state]))
  expect(states).toMatchObject({
    database: 'ok',
    storage: 'ok',
    workers: 'ok',
    'speech: local': 'ok',
    'speech: deepgram': 'off',
    mail: 'off',
  })
  expect(health.storage).toMatchObject({ kind: 'local' })
  expect(health.storage.used_bytes).toBeGreaterThan(0)
  expect(health.storage.free_bytes).toBeGreaterThan(0)
  expect(JSON.stringify(health)).not.toContain(app.config.secretKey)
})
