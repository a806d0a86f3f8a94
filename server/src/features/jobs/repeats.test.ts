import { deleteJob, getJob, getUsage, type Job, listJobs } from '@mina/contract'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type TestApp, type TestPerson, testApp } from '../../../test/app.ts'
import { until } from '../../../test/until.ts'
import { wavBytes } from '../../audio/wav.ts'
import { fakeRecogniser } from '../../speech/fake.ts'

vi.setConfig({ testTimeout: 60_000 })
const sound = (pitch: number) => wavBytes(Int16Array.from({ length: 16_000 }, (_, at) => Math.sin(at / pitch) * 8_000))
const wav = sound(8)
const engine = fakeRecogniser({
  name: 'local',
  transcripts: async () => ({
    utterances: [{ start_ms: 0, end_ms: 900, text: 'The tide comes in.', confidence: 0.9 }],
  }),
})

let app: TestApp
beforeAll(async () => {
  app = await testApp({ env: { PLAN_FREE_JOBS: '4', RATE_LIMITS: 'off' }, engines: [engine] })
})
afterAll(() => app.close())

interface Sent {
  key?: string
  content?: Uint8Array
  options?: object
  filename?: string
}

async function send(person: TestPerson, { key, content = wav, options = {}, filename = 'talk.wav' }: Sent) {
  const body = new FormData()
  body.set('type', 'transcription')
  body.set('options', JSON.stringify(options))
  body.set('file', new Blob([new Uint8Array(content)]), filename)
  const headers: Record<string, string> = key === undefined ? {} : { 'idempotency-key': key }
  const answer = await person.raw('/saas/jobs', { method: 'POST', body, headers })
  return {
    status: answer.status,
    job: (await answer.json()) as Job & { error?: string; code?: string; field?: string },
  }
}

const jobsOf = async (person: TestPerson) => (await person.call(listJobs, { query: {} })).total

const done = (person: TestPerson, id: string) =>
  until(async () => {
    const job = await person.call(getJob, { params: { id } })
    return job.status === 'done' && job
  }, 'the job to be done')

describe('a job that is sent with an Idempotency-Key', () => {
  test('is made once, however often it is sent, and answered as it stands', async () => {
    const ann = await app.person()
    const first = await send(ann, { key: 'monday', options: { language: 'en', diarize: false } })
    expect(first).toMatchObject({ status: 201, job: { status: 'queued' } })
    const finished = await done(ann, first.job.id)
    // The same request in other words: what counts is what it asks for.
    const again = await send(ann, { key: 'monday', options: { diarize: false, language: 'en' }, filename: 'copy.wav' })
    expect(again).toEqual({ status: 201, job: finished })
    expect(finished.artifacts).toHaveLength(3)
    const reference = { type: 'transcription', input_ref: `job:${first.job.id}` }
    const asJson = () =>
      ann.raw('/saas/jobs', {
        method: 'POST',
        body: JSON.stringify(reference),
        headers: { 'content-type': 'application/json', 'idempotency-key': 'tuesday' },
      })
    const [one, two] = [(await (await asJson()).json()) as Job, (await (await asJson()).json()) as Job]
    expect(two.id).toBe(one.id)
    expect(await jobsOf(ann)).toBe(2)
    expect((await ann.call(getUsage, { query: {} })).month).toMatchObject({ jobs_month: 2 })
  })

  test('is one job for twins that come at once, also where the plan has room for one only', async () => {
    const ann = await app.person()
    for (const key of ['a', 'b', 'c']) await send(ann, { key })
    const twins = await Promise.all(Array.from({ length: 8 }, () => send(ann, { key: 'twins' })))
    expect(new Set(twins.map((it) => it.status))).toEqual(new Set([201]))
    expect(new Set(twins.map((it) => it.job.id)).size).toBe(1)
    expect(await jobsOf(ann)).toBe(4)
    const doomed = () =>
      app.database.pool.query('select 1 from doomed_files where storage_key like $1', [`users/${ann.user.id}/jobs/%`])
    expect((await doomed()).rows, 'what the twins had stored is gone').toEqual([])
  })

  test('is refused where another request had the key', async () => {
    const ann = await app.person()
    await send(ann, { key: 'k' })
    for (const other of [{ content: sound(9) }, { options: { language: 'it' } }])
      expect(await send(ann, { key: 'k', ...other })).toMatchObject({
        status: 422,
        job: {
          code: 'conflict',
          field: 'idempotency-key',
          error: expect.stringMatching(/used for another request.*new key/),
        },
      })
    for (const key of ['', 'k'.repeat(256)]) expect((await send(ann, { key })).status).toBe(400)
    expect(await jobsOf(ann)).toBe(1)
  })

  test('is another job for another person, without a key, a day later, and once it was deleted', async () => {
    const [ann, bob] = [await app.person(), await app.person()]
    const first = await send(ann, { key: 'k' })
    const age = (by: string) =>
      app.database.pool.query('update jobs set created_at = created_at - $2::interval where id = $1', [
        first.job.id,
        by,
      ])
    const made = [first, await send(bob, { key: 'k' }), await send(ann, {})]
    await age('23 hours 59 minutes')
    expect((await send(ann, { key: 'k' })).job.id).toBe(first.job.id)
    await age('1 minute')
    const nextDay = await send(ann, { key: 'k' })
    expect((await send(ann, { key: 'k' })).job.id).toBe(nextDay.job.id)
    await ann.call(deleteJob, { params: { id: nextDay.job.id } })
    made.push(nextDay, await send(ann, { key: 'k', content: sound(9) }))
    expect(made.map((it) => it.status)).toEqual(made.map(() => 201))
    expect(new Set(made.map((it) => it.job.id)).size).toBe(5)
  })
})
