import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createWebhook, getJob, getUsage, type Job, listDeliveries, register } from '@mina/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { client, freePort } from '../../../test/app.ts'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'
import { webhookReceiver } from '../../../test/doubles/webhooks/receiver.ts'
import { soundFolder, speak } from '../../../test/sounds.ts'
import { until } from '../../../test/until.ts'
import { root } from '../../config/index.ts'

let database: TestDatabase
let dataDir: string
let sounds: Awaited<ReturnType<typeof soundFolder>>
const children = new Set<ReturnType<typeof spawn>>()

beforeAll(async () => {
  database = await testDatabase()
  dataDir = await mkdtemp(join(tmpdir(), 'mina-recovery-'))
  sounds = await soundFolder()
})
afterAll(async () => {
  for (const it of children) it.kill('SIGKILL')
  await database.close()
  await rm(dataDir, { recursive: true, force: true })
  await sounds.remove()
})

/** A server of its own, with its real engine, that can be killed. */
async function start(port: number) {
  const child = spawn(process.execPath, ['server/dist/main.js'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      MINA_DATA_DIR: dataDir,
      DATABASE_URL: database.url,
      PORT: String(port),
      OUTBOUND_ALLOW: '127.0.0.1',
      LOG_LEVEL: 'warn',
    },
  })
  children.add(child)
  await new Promise<void>((done, fail) => {
    child.stdout?.on('data', (text) => String(text).includes('Mina is ready') && done())
    child.on('exit', () => fail(new Error('The server ended while it started.')))
  })
  return {
    kill: () =>
      new Promise<void>((done) => {
        children.delete(child)
        child.removeAllListeners('exit').on('exit', () => done())
        child.kill('SIGKILL')
      }),
  }
}

test('a server killed at work: the job ends elsewhere, with one set of results, one charge, one webhook', async () => {
  const port = await freePort()
  const first = await start(port)
  const ann = client(`http://127.0.0.1:${port}`)
  const { user } = await ann.call(register, {
    body: { email: `${randomUUID()}@example.org`, password: 'correct horse 7' },
  })
  const receiver = await webhookReceiver()
  const { webhook } = await ann.call(createWebhook, { body: { url: receiver.url, events: ['job.done', 'job.failed'] } })

  const path = join(sounds.path, 'tides.wav')
  const text = 'The tide comes in twice a day, and the boats in the harbour rise with it. '.repeat(12)
  await speak(path, { text })
  const body = new FormData()
  body.set('type', 'transcription')
  body.set('file', new Blob([new Uint8Array(await readFile(path))]), 'tides.wav')
  const job = (await (await ann.raw('/saas/jobs', { method: 'POST', body })).json()) as Job
  const params = { id: job.id }
  await until(async () => (await ann.call(getJob, { params })).status === 'processing', 'the work to begin')
  await first.kill()

  const second = await start(port)
  const done = await until(
    async () => {
      const it = await ann.call(getJob, { params })
      return ['done', 'failed'].includes(it.status) && it
    },
    'the job to end',
    80_000,
  )
  expect(done).toMatchObject({ status: 'done', user_id: user.id })
  expect(done.artifacts.map((it) => it.kind).sort()).toEqual(['json', 'srt', 'transcript'])
  const transcript = join(dataDir, 'files', done.artifacts.find((it) => it.kind === 'transcript')!.storage_ref)
  expect((await readFile(transcript, 'utf8')).toLowerCase()).toContain('tide')
  await receiver.count(1)
  const { deliveries } = await ann.call(listDeliveries, { params: { id: webhook.id }, query: {} })
  expect(deliveries).toHaveLength(1)
  const { usage, month } = await ann.call(getUsage, { query: {} })
  expect([usage.length, month.jobs_month]).toEqual([1, 1])
  await second.kill()
  await receiver.close()
}, 150_000)
