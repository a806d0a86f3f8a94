import { createWebhook, downloadArtifact, getJob, type Job, listDeliveries } from '@mina/contract'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestApp, type TestPerson, testApp, testClock } from '../../../test/app.ts'
import { webhookReceiver } from '../../../test/doubles/webhooks/receiver.ts'
import { until } from '../../../test/until.ts'
import { wavBytes } from '../../audio/wav.ts'
import { fakeRecogniser } from '../../speech/fake.ts'

const clock = testClock()
const wav = wavBytes(Int16Array.from({ length: 16_000 }, (_, at) => Math.sin(at / 8) * 8_000))
const utterances = [{ start_ms: 0, end_ms: 900, text: 'The tide comes in.', confidence: 0.9 }]
let app: TestApp

beforeAll(async () => {
  app = await testApp({
    env: { OUTBOUND_ALLOW: '127.0.0.1' },
    engines: [fakeRecogniser({ name: 'local', transcripts: [{ utterances }] })],
    clock,
  })
})
afterAll(() => app.close())

async function transcribed(person: TestPerson): Promise<Job> {
  const body = new FormData()
  body.set('type', 'transcription')
  body.set('file', new Blob([new Uint8Array(wav)]), 'talk.wav')
  const { id } = (await (await person.raw('/saas/jobs', { method: 'POST', body })).json()) as Job
  return await until(async () => {
    const job = await person.call(getJob, { params: { id } })
    return job.status === 'done' && job
  }, 'the job to be done')
}

describe('what others hear of it', () => {
  test('one webhook a job, with ids and never with words', async () => {
    const ann = await app.person()
    const receiver = await webhookReceiver()
    const { webhook, secret } = await ann.call(createWebhook, {
      body: { url: receiver.url, events: ['job.done', 'job.failed'] },
    })
    const job = await transcribed(ann)
    const [hook] = await receiver.count(1)
    expect(receiver.verify(hook!, secret)).toMatchObject({
      type: 'job.done',
      data: { job_id: job.id, type: 'transcription', status: 'done' },
    })
    expect(hook!.body).not.toContain('tide')
    const { deliveries } = await ann.call(listDeliveries, { params: { id: webhook.id }, query: {} })
    expect(deliveries).toHaveLength(1)
    await receiver.close()
  })

  test('nothing that was said is in the log or the rows of the queue', async () => {
    expect(app.logged()).not.toContain('tide')
    const { rows } = await app.database.pool.query('select data, output from pgboss.job')
    expect(JSON.stringify(rows)).not.toContain('tide')
  })
})

describe('a signed link', () => {
  test('works without credentials for five minutes, for its object, unaltered', async () => {
    const ann = await app.person()
    const job = await transcribed(ann)
    const [one, two] = job.artifacts
    const { download_url, expires_in_seconds } = await ann.call(downloadArtifact, { params: { id: one!.id } })
    expect(expires_in_seconds).toBe(300)
    const answer = await fetch(download_url)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment/)
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect((await fetch(download_url.replace(one!.id, two!.id))).status).toBe(403)
    expect((await fetch(`${download_url.slice(0, -2)}AA`)).status).toBe(403)
    await app.database.pool.query('update artifacts set user_id = $1 where id = $2', [crypto.randomUUID(), one!.id])
    expect((await fetch(download_url)).status).toBe(403)
    const { download_url: later } = await ann.call(downloadArtifact, { params: { id: two!.id } })
    clock.forward(301_000)
    expect((await fetch(later)).status).toBe(403)
  })
})
