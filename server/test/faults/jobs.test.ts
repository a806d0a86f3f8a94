import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createWebhook, getJob, getUsage, type Job, listConversations, listDeliveries, listJobs } from '@mina/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createAudit } from '../../src/access/audit.ts'
import { wavBytes } from '../../src/audio/wav.ts'
import { startServer } from '../../src/composition/server.ts'
import { createPrivacy } from '../../src/features/privacy/index.ts'
import { createLocalFiles } from '../../src/platform/files/local.ts'
import { silentLog } from '../../src/platform/log.ts'
import { fakeRecogniser } from '../../src/speech/fake.ts'
import { client, type TestApp, type TestPerson, testApp, testClock } from '../app.ts'
import { webhookReceiver } from '../doubles/webhooks/receiver.ts'
import { serverProcess } from '../live/process.ts'
import { until } from '../until.ts'
import { gates } from './gate.ts'

/** Where a worker can be when it is killed, each with the length of the recording that it is at work on. */
const steps = [
  { where: 'begun', ms: 1_000 },
  { where: 'half', ms: 1_100 },
  { where: 'stored', ms: 1_200 },
  { where: 'settled', ms: 1_300 },
] as const

let app: TestApp
let gate: Awaited<ReturnType<typeof gates>>
const children = new Set<ChildProcess>()
beforeAll(async () => {
  app = await testApp({ roles: ['web'], env: { OUTBOUND_ALLOW: '127.0.0.1', RATE_LIMITS: 'off' } })
  gate = await gates(app.database)
  // Files are there, rows are not; rows are there, the queue does not know yet; the file is there, nothing else is.
  await gate.build('stored', 'insert on artifacts')
  await gate.build('settled', 'update on pgboss.job', "new.name = 'jobs.run' and new.state = 'completed'")
  await gate.build('accepted', 'insert on jobs')
  await gate.build('opened', 'insert on conversations')
})
afterAll(async () => {
  for (const it of children) it.kill('SIGKILL')
  await app.close()
})

const recording = (ms: number) =>
  new Uint8Array(wavBytes(Int16Array.from({ length: ms * 16 }, (_, at) => Math.sin(at / 8) * 8_000)))

const send = (person: Pick<TestPerson, 'raw'>, ms: number) => {
  const body = new FormData()
  body.set('type', 'transcription')
  body.set('file', new Blob([recording(ms)]), 'talk.wav')
  return person.raw('/saas/jobs', { method: 'POST', body })
}

async function worker(ms: number, where: string) {
  const child = fork(join(import.meta.dirname, 'worker.ts'), [String(ms), where], {
    env: {
      ...{
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        LOG_LEVEL: 'silent',
        PORT: '0',
        OUTBOUND_ALLOW: '127.0.0.1',
      },
      ...{ MINA_DATA_DIR: app.dataDir, DATABASE_URL: app.database.url },
    },
    execArgv: [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  children.add(child)
  const messages: unknown[] = []
  child.on('message', (it) => messages.push(it))
  const said = (it: string) => until(async () => messages.includes(it), `the worker to say ${it}`, 90_000)
  await said('ready')
  return {
    there: () => (where === 'begun' || where === 'half' ? said('there') : gate.reached()),
    async kill() {
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
      children.delete(child)
    },
  }
}

test('killed at each step: one set of results, one charge, one webhook, and done within a minute', {
  timeout: 300_000,
}, async () => {
  const receiver = await webhookReceiver()
  const victims = []
  for (const { where, ms } of steps) {
    const person = await app.person()
    const { webhook } = await person.call(createWebhook, {
      body: { url: receiver.url, events: ['job.done', 'job.failed'] },
    })
    const it = await worker(ms, where)
    if (where === 'stored' || where === 'settled') await gate.shut(where)
    const job = (await (await send(person, ms)).json()) as Job
    await it.there()
    await it.kill()
    await gate.open()
    victims.push({ where, person, webhook, job, killed: Date.now() })
  }

  const engine = fakeRecogniser({
    name: 'local',
    transcripts: [{ utterances: [{ start_ms: 0, end_ms: 900, text: 'The tide comes in.', confidence: 0.9 }] }],
  })
  const heir = await startServer(app.config, ['worker'], { engines: [engine] })
  try {
    for (const { where, person, webhook, job, killed } of victims) {
      const params = { id: job.id }
      const done = await until(
        async () => {
          const found = await person.call(getJob, { params })
          return ['done', 'failed'].includes(found.status) && found
        },
        `the job killed when ${where}`,
        80_000,
      )
      expect([where, done.status, Date.now() - killed < 70_000]).toEqual([where, 'done', true])
      expect(done.artifacts.map((it) => it.kind).sort()).toEqual(['json', 'srt', 'transcript'])
      const folder = join(app.dataDir, 'files/users', job.user_id, 'jobs', job.id, 'output')
      expect((await readdir(folder)).length).toBe(3)
      await until(async () => receiver.received.some((it) => it.body.includes(job.id)), 'the webhook')
      const { deliveries } = await person.call(listDeliveries, { params: { id: webhook.id }, query: {} })
      const { usage, month } = await person.call(getUsage, { query: {} })
      expect([where, deliveries.length, usage.length, month.jobs_month]).toEqual([where, 1, 1, 1])
      expect(new Set(receiver.received.filter((it) => it.body.includes(job.id)).map((it) => it.id)).size).toBe(1)
    }
    const open = "select count(*)::int as n from pgboss.job where name = 'jobs.run' and state in ('active', 'retry')"
    await until(async () => (await app.database.pool.query(open)).rows[0].n === 0, 'the queue to be done with all')
  } finally {
    await heir.stop()
    await receiver.close()
  }
})

test.each([
  { gateName: 'accepted', ask: (person: Pick<TestPerson, 'raw'>) => send(person, 1_000) },
  {
    gateName: 'opened',
    ask: (person: Pick<TestPerson, 'raw'>) => {
      const body = new FormData()
      body.set('file', new Blob([recording(1_000)]), 'talk.wav')
      return person.raw('/api/uploads', { method: 'POST', body })
    },
  },
])(
  'killed between file and rows ($gateName): after ten minutes nothing is left',
  { timeout: 120_000 },
  async ({ gateName, ask }) => {
    const person = await app.person()
    const server = await serverProcess({ MINA_DATA_DIR: app.dataDir, DATABASE_URL: app.database.url })
    const there = client(server.base)
    for (const [name, value] of person.cookies) there.cookies.set(name, value)
    await gate.shut(gateName)
    const asked = ask(there).catch(() => null)
    await gate.reached()
    const stored = () => readdir(join(app.dataDir, 'files/users', person.user.id), { recursive: true }).catch(() => [])
    expect((await stored()).length).toBeGreaterThan(0)
    await server.kill('SIGKILL')
    await gate.open()
    await asked
    const clock = testClock()
    clock.forward(600_000)
    await createPrivacy({
      ...{ db: app.database.db, clock, log: silentLog, restoreMs: 600_000, onGone: async () => {} },
      audit: createAudit(app.database.db, silentLog),
      files: createLocalFiles({ root: join(app.dataDir, 'files') }),
    }).sweep()
    expect(await stored()).toEqual([])
    expect((await person.call(listJobs, { query: {} })).total).toBe(0)
    expect((await person.call(listConversations, { query: {} })).items).toEqual([])
  },
)
