import { readdir, readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import {
  createWebhook,
  deleteJob,
  downloadArtifact,
  getJob,
  getUsage,
  type Job,
  listArtifacts,
  listDeliveries,
  listJobs,
} from '@mina/contract'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type TestApp, type TestPerson, testApp, testClock } from '../../../test/app.ts'
import { startLibreTranslateDouble } from '../../../test/doubles/translation/libretranslate.ts'
import { webhookReceiver } from '../../../test/doubles/webhooks/receiver.ts'
import { until } from '../../../test/until.ts'
import { wavBytes } from '../../audio/wav.ts'
import { SpeechError } from '../../speech/errors.ts'
import { fakeRecogniser } from '../../speech/fake.ts'
import type { RecognitionOptions } from '../../speech/port.ts'

const clock = testClock()
// Ten jobs of one person go one after the other, as their turn comes.
vi.setConfig({ testTimeout: 90_000 })
const wav = wavBytes(Int16Array.from({ length: 32_000 }, (_, at) => Math.sin(at / 8) * 8_000))

/** What the engine does next; without a word it hears one sentence. */
const script: ((signal: AbortSignal | undefined, options: RecognitionOptions) => Promise<void>)[] = []
const engine = fakeRecogniser({
  name: 'local',
  transcripts: async (_, options) => {
    await script.shift()?.(options.signal, options)
    return {
      utterances: [{ start_ms: 0, end_ms: 1_800, text: 'The tide comes in.', confidence: 0.9, speaker: 'Ann' }],
      cost_usd: 0.01,
    }
  },
})

let app: TestApp
let libretranslate: Awaited<ReturnType<typeof startLibreTranslateDouble>>

beforeAll(async () => {
  libretranslate = await startLibreTranslateDouble({ translate: (text) => text.toUpperCase() })
  app = await testApp({
    env: {
      OUTBOUND_ALLOW: '127.0.0.1',
      MEDIA_ALLOW: '127.0.0.1',
      LIBRETRANSLATE_URL: libretranslate.url,
      PLAN_FREE_JOBS: '10',
      RATE_LIMITS: 'off',
    },
    engines: [engine],
    clock,
  })
})
afterAll(async () => {
  await app.close()
  await libretranslate.close()
})

function form(type: string, content: Uint8Array | string, options?: unknown, filename = 'talk.wav') {
  const body = new FormData()
  body.set('type', type)
  if (options) body.set('options', JSON.stringify(options))
  body.set('file', new Blob([typeof content === 'string' ? content : new Uint8Array(content)]), filename)
  return body
}

const post = (person: TestPerson, body: FormData) => person.raw('/saas/jobs', { method: 'POST', body })

async function made(answer: Response): Promise<Job> {
  const job = (await answer.json()) as Job
  expect(answer.status, JSON.stringify(job)).toBe(201)
  return job
}

const upload = async (person: TestPerson) => made(await post(person, form('transcription', wav)))

const ended = (person: TestPerson, id: string) =>
  until(
    async () => {
      const job = await person.call(getJob, { params: { id } })
      return ['done', 'failed'].includes(job.status) && job
    },
    'the job to end',
    60_000,
  )

const textOf = async (person: TestPerson, job: Job, kind: string) => {
  const artifact = job.artifacts.find((it) => it.kind === kind)!
  const { download_url } = await person.call(downloadArtifact, { params: { id: artifact.id } })
  return await (await fetch(download_url)).text()
}

const filesOf = async (job: Job) =>
  (
    await readdir(join(app.config.storage.localDir, 'users', job.user_id, 'jobs', job.id), { recursive: true }).catch(
      () => [],
    )
  ).filter((it) => it.includes('.'))

describe('a transcription', () => {
  test('runs, and leaves text, captions and data', async () => {
    const ann = await app.person()
    const job = await upload(ann)
    expect(job).toMatchObject({ status: 'queued', type: 'transcription', progress: 0, artifacts: [] })
    expect(job.input_ref).toBe(`users/${ann.user.id}/jobs/${job.id}/input/original.wav`)
    const done = await ended(ann, job.id)
    expect(done).toMatchObject({ status: 'done', progress: 100, error_message: null })
    expect(done.artifacts.map((it) => it.kind).sort()).toEqual(['json', 'srt', 'transcript'])
    for (const { storage_ref } of done.artifacts)
      expect(storage_ref.startsWith(`users/${ann.user.id}/jobs/${job.id}/output/`)).toBe(true)
    expect(await textOf(ann, done, 'transcript')).toBe('Ann: The tide comes in.')
    expect(await textOf(ann, done, 'srt')).toContain('-->')
    expect(JSON.parse(await textOf(ann, done, 'json')).segments[0]).toMatchObject({ text: 'The tide comes in.' })
    expect(await ann.call(listArtifacts, { params: { id: job.id } })).toEqual({
      job_id: job.id,
      artifacts: done.artifacts,
    })
    const { usage, month } = await ann.call(getUsage, { query: {} })
    expect(usage).toHaveLength(1)
    expect(usage[0]).toMatchObject({ service: 'local', endpoint: '/saas/jobs', audio_seconds: 2, cost_usd: 0.01 })
    expect(month).toMatchObject({ jobs_month: 1 })
  })

  test('takes a link, a key of mine, and the recording of another job of mine', async () => {
    const ann = await app.person()
    const server = createServer((_, response) => response.end(wav))
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    const link = `http://127.0.0.1:${(server.address() as AddressInfo).port}/talk`
    const first = await made(await ann.json('/saas/jobs', { type: 'transcription', input_ref: link }))
    expect(await ended(ann, first.id)).toMatchObject({ status: 'done', input_ref: link })
    server.close()
    expect(await filesOf(first)).toContain('input/original.wav')
    const key = `users/${ann.user.id}/jobs/${first.id}/input/original.wav`
    for (const input_ref of [`job:${first.id}`, key]) {
      const job = await made(await ann.json('/saas/jobs', { type: 'transcription', input_ref }))
      expect(await ended(ann, job.id)).toMatchObject({ status: 'done' })
    }
  })

  test('a passing failure of the engine is tried again; the job is charged once', async () => {
    const ann = await app.person()
    script.push(async () => {
      throw new SpeechError('local', 'provider_failed', 'The engine stumbled.', { retryable: true })
    })
    const job = await ended(ann, (await upload(ann)).id)
    expect(job.status).toBe('done')
    const { usage, month } = await ann.call(getUsage, { query: {} })
    expect(usage).toHaveLength(1)
    expect(month).toMatchObject({ audio_minutes_month: 0.03, jobs_month: 1 })
  })

  test('an attempt hears only what the one before it had not, and nothing of it stays behind', async () => {
    const ann = await app.person()
    script.push(async (_, { onUtterance }) => {
      const words = [{ text: 'Listen.', start_ms: 100, end_ms: 1_200, confidence: 0.9 }]
      await onUtterance?.({ start_ms: 100, end_ms: 1_200, text: 'Listen.', confidence: 0.9, words, speaker: 'Ann' })
      throw new SpeechError('local', 'unavailable', 'The engine stumbled.', { retryable: true })
    })
    const job = await ended(ann, (await upload(ann)).id)
    expect(engine.calls.slice(-2).map((it) => it.recording.duration_ms)).toEqual([2_000, 800])
    expect(await textOf(ann, job, 'transcript')).toBe('Ann: Listen.\nAnn: The tide comes in.')
    const { segments } = JSON.parse(await textOf(ann, job, 'json'))
    expect(segments.map((it: { start_ms: number }) => it.start_ms)).toEqual([100, 1_200])
    await until(async () => !(await filesOf(job)).some((it) => it.startsWith('heard/')), 'the pieces to go')
  })

  test('a job that fails at each of three attempts is set aside, and others go on', async () => {
    const ann = await app.person()
    const attempts: number[] = []
    const stumble = async () => {
      attempts.push(Date.now())
      throw new SpeechError('local', 'provider_failed', 'The engine stumbled.', { retryable: true })
    }
    script.push(stumble)
    const poison = await upload(ann)
    await until(async () => attempts.length === 1, 'the first attempt')
    expect(await ended(ann, (await upload(ann)).id)).toMatchObject({ status: 'done' })
    script.push(stumble, stumble)
    expect(await ended(ann, poison.id)).toMatchObject({ status: 'failed', error_message: 'The engine stumbled.' })
    expect(attempts).toHaveLength(3)
  })

  test('a lasting failure ends it with a readable reason and gives everything back', async () => {
    const ann = await app.person()
    script.push(async () => {
      throw new SpeechError('local', 'unprocessable_audio', 'The recording holds no speech that can be read.')
    })
    const job = await ended(ann, (await upload(ann)).id)
    expect(job).toMatchObject({
      status: 'failed',
      error_message: 'The recording holds no speech that can be read.',
      artifacts: [],
    })
    const { usage, month } = await ann.call(getUsage, { query: {} })
    expect(usage).toEqual([])
    expect(month).toMatchObject({ audio_minutes_month: 0, jobs_month: 0 })
  })
})

describe('a translation', () => {
  test('of a text file', async () => {
    const ann = await app.person()
    const body = form('translation', 'The tide comes in.', { target_language: 'it', language: 'en' }, 'talk.txt')
    const job = await ended(ann, (await made(await post(ann, body))).id)
    expect(job).toMatchObject({ status: 'done' })
    expect(await textOf(ann, job, 'translation')).toBe('THE TIDE COMES IN.')
    expect((await ann.call(getUsage, { query: {} })).usage[0]).toMatchObject({ service: 'libretranslate' })
  })

  test('of the transcript of a job of mine, with its captions', async () => {
    const ann = await app.person()
    const first = await ended(ann, (await upload(ann)).id)
    const body = { type: 'translation', input_ref: `job:${first.id}`, options: { target_language: 'it' } }
    const job = await ended(ann, (await made(await ann.json('/saas/jobs', body))).id)
    expect(await textOf(ann, job, 'translation')).toBe('Ann: THE TIDE COMES IN.')
    expect(await textOf(ann, job, 'srt')).toMatch(/^1\n00:00:00,000 --> .*\nTHE TIDE COMES IN\./)
  })

  test('needs a target language, and text', async () => {
    const ann = await app.person()
    expect((await post(ann, form('translation', 'text', {}, 'a.txt'))).status).toBe(400)
    expect((await post(ann, form('translation', wav, { target_language: 'it' }, 'a.txt'))).status).toBe(415)
  })
})

describe('what is refused', () => {
  test('inputs that are not mine, or no inputs at all', async () => {
    const [ann, bob] = [await app.person(), await app.person()]
    const job = await ended(ann, (await upload(ann)).id)
    const refs = [
      `job:${job.id}`,
      job.input_ref!,
      `users/${bob.user.id}/../${ann.user.id}/jobs/${job.id}/input/original.wav`,
      `users/${bob.user.id}/nothing`,
      'file:///etc/passwd',
      's3://bucket/audio.wav',
      'http://169.254.169.254/latest',
      'http://[fd00::1]/a',
      'http://user:word@example.com/a',
      'nonsense',
    ]
    for (const input_ref of refs) {
      const answer = await bob.json('/saas/jobs', { type: 'transcription', input_ref })
      expect([input_ref, answer.status]).toEqual([input_ref, 400])
    }
    for (const body of [
      { type: 'transcription' },
      { type: 'summary', input_ref: `job:${job.id}` },
      { type: 'transcription', input_ref: `job:${job.id}`, user_id: ann.user.id },
      { type: 'transcription', input_ref: `job:${job.id}`, options: { plan: 'enterprise' } },
    ])
      expect((await bob.json('/saas/jobs', body)).status).toBe(400)
    expect((await bob.call(listJobs, { query: {} })).total).toBe(0)
  })

  test('files that are no recordings leave nothing behind', async () => {
    const ann = await app.person()
    expect((await post(ann, form('transcription', '<html>no</html>'))).status).toBe(415)
    expect((await post(ann, form('transcription', ''))).status).toBe(400)
    expect((await ann.call(listJobs, { query: {} })).total).toBe(0)
    const { rows } = await app.database.pool.query('select * from doomed_files where storage_key like $1', [
      `users/${ann.user.id}/%`,
    ])
    expect(rows).toEqual([])
  })

  test('of fifty jobs at once exactly ten are accepted, and the owner hears of it once', {
    timeout: 90_000,
  }, async () => {
    const ann = await app.person()
    const receiver = await webhookReceiver()
    const { webhook, secret } = await ann.call(createWebhook, {
      body: { url: receiver.url, events: ['usage.quota'] },
    })
    const answers = await Promise.all(Array.from({ length: 50 }, () => post(ann, form('transcription', wav))))
    const statuses = Object.groupBy(answers, (it) => it.status)
    expect(Object.entries(statuses).map(([status, all]) => [status, all?.length])).toEqual([
      ['201', 10],
      ['402', 40],
    ])
    const { jobs, total } = await ann.call(listJobs, { query: { limit: 4, offset: 8 } })
    expect([jobs.length, total]).toEqual([2, 10])
    const folders = await readdir(join(app.config.storage.localDir, 'users', ann.user.id, 'jobs'))
    const left = await Promise.all(folders.map(async (it) => (await filesOf({ ...jobs[0]!, id: it })).length))
    expect(left.filter((count) => count > 0)).toHaveLength(10)
    const all = (await ann.call(listJobs, { query: {} })).jobs
    await Promise.all(all.map((it) => ended(ann, it.id)))
    expect((await ann.call(listJobs, { query: { status: 'done', type: 'transcription' } })).total).toBe(10)
    expect((await ann.call(listJobs, { query: { type: 'translation' } })).total).toBe(0)
    const [notice] = await receiver.count(1)
    expect(receiver.verify(notice!, secret)).toMatchObject({ type: 'usage.quota', data: { quota: 'jobs' } })
    const { deliveries } = await ann.call(listDeliveries, { params: { id: webhook.id }, query: {} })
    expect(deliveries).toHaveLength(1)
    await receiver.close()
  })

  test('another sees 403, nobody sees 404, the static key is not welcome', async () => {
    const [ann, bob] = [await app.person(), await app.person()]
    const job = await ended(ann, (await upload(ann)).id)
    const params = { id: job.id }
    await expect(bob.call(getJob, { params })).rejects.toMatchObject({ status: 403 })
    await expect(bob.call(deleteJob, { params })).rejects.toMatchObject({ status: 403 })
    await expect(bob.call(listArtifacts, { params })).rejects.toMatchObject({ status: 403 })
    await expect(bob.call(downloadArtifact, { params: { id: job.artifacts[0]!.id } })).rejects.toMatchObject({
      status: 403,
    })
    const nobody = { id: crypto.randomUUID() }
    await expect(ann.call(getJob, { params: nobody })).rejects.toMatchObject({ status: 404 })
    await expect(ann.call(downloadArtifact, { params: nobody })).rejects.toMatchObject({ status: 404 })
    expect((await ann.call(getJob, { params })).status).toBe('done')
  })

  test('a row that names another’s file is failed by the worker', async () => {
    const [ann, bob] = [await app.person(), await app.person()]
    const theirs = await ended(ann, (await upload(ann)).id)
    let release = () => {}
    const held = new Promise<void>((done) => {
      release = done
    })
    script.push(
      () => held,
      () => held,
    )
    // Both places of the worker are taken, so that the row can be tampered with before it is worked on.
    const others = [await app.person(), await app.person()]
    const taken = await Promise.all(others.map(upload))
    const job = await upload(bob)
    await app.database.pool.query('update jobs set input_key = $1 where id = $2', [theirs.input_ref, job.id])
    release()
    expect(await ended(bob, job.id)).toMatchObject({
      status: 'failed',
      error_message: expect.stringMatching(/another/),
    })
    await Promise.all(taken.map((it, at) => ended(others[at]!, it.id)))
  })
})

describe('deleting', () => {
  test('stops the engine within five seconds and leaves nothing', async () => {
    const ann = await app.person()
    let begun = () => {}
    const atWork = new Promise<void>((done) => {
      begun = done
    })
    const stopped = new Promise<number>((done) =>
      script.push(
        (signal) =>
          new Promise<void>((_, fail) => {
            begun()
            signal?.addEventListener('abort', () => {
              done(Date.now())
              fail(signal.reason as Error)
            })
          }),
      ),
    )
    const job = await upload(ann)
    await atWork
    const asked = Date.now()
    await ann.call(deleteJob, { params: { id: job.id } })
    await expect(ann.call(getJob, { params: { id: job.id } })).rejects.toMatchObject({ status: 404 })
    expect((await stopped) - asked).toBeLessThan(5_000)
    await until(async () => (await filesOf(job)).length === 0, 'the files to go')
    const { month } = await ann.call(getUsage, { query: {} })
    expect(month).toMatchObject({ audio_minutes_month: 0, jobs_month: 0 })
  })

  test('a finished job goes with its files', async () => {
    const ann = await app.person()
    const job = await ended(ann, (await upload(ann)).id)
    await ann.call(deleteJob, { params: { id: job.id } })
    expect(await filesOf(job)).toEqual([])
  })
})

test('a job whose worker died at every attempt is ended, once, and given back', async () => {
  const ann = await app.person()
  const job = await ended(ann, (await upload(ann)).id)
  // As it stands when every attempt was killed: the row open, the queue's job over.
  await app.database.pool.query(
    `update jobs set status = 'processing', completed_at = null, created_at = now() - interval '1 hour' where id = $1`,
    [job.id],
  )
  await app.database.pool.query(`insert into pgboss.job (name, data) values ('jobs.mend', '{}')`)
  expect(await ended(ann, job.id)).toMatchObject({ status: 'failed', error_message: expect.stringMatching(/given up/) })
})

test('the input is stored under its own ending, whatever it was called', async () => {
  const ann = await app.person()
  const job = await made(await post(ann, form('transcription', wav, undefined, '../../etc/passwd.mp3')))
  expect(job.input_ref).toMatch(/\/input\/original\.wav$/)
  const path = join(app.config.storage.localDir, job.input_ref!)
  expect(Buffer.compare(await readFile(path), wav)).toBe(0)
})
