import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createShare, deleteConversation, deleteMe, getJob, type Job } from '@mina/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createAudit } from '../../src/access/audit.ts'
import { createPrivacy } from '../../src/features/privacy/index.ts'
import { createLocalFiles } from '../../src/platform/files/local.ts'
import { silentLog } from '../../src/platform/log.ts'
import { fakeRecogniser } from '../../src/speech/fake.ts'
import { type TestApp, type TestPerson, testApp, testClock } from '../app.ts'
import { begin, chunksOfNoise, link } from '../live/link.ts'
import { talker } from '../live/talker.ts'
import { idOf, opened, send } from '../recordings.ts'
import { ffmpeg, soundFolder } from '../sounds.ts'
import { until } from '../until.ts'

const clock = testClock()
const SAID = 'quetzal'
let app: TestApp
let sounds: Awaited<ReturnType<typeof soundFolder>>
let stopped = 0

/** Says half, then waits for whoever stops it, as an engine in the middle of a long file does. */
const endless = fakeRecogniser({
  name: 'local',
  transcripts: async (_, { onUtterance, signal }) => {
    await onUtterance?.({ start_ms: 0, end_ms: 900, text: `A ${SAID} sings.`, confidence: null })
    return await new Promise<never>((_done, failed) => {
      signal?.addEventListener('abort', () => {
        stopped += 1
        failed(signal.reason)
      })
    })
  },
})

beforeAll(async () => {
  sounds = await soundFolder()
  await ffmpeg('-f', 'lavfi', '-i', 'sine=d=3', '-ar', '16000', `${sounds.path}/tone.wav`)
  const engine = { ...endless, stream: talker().stream!.bind(talker()) }
  app = await testApp({ clock, engines: [engine], env: { RATE_LIMITS: 'off' } })
})
afterAll(async () => {
  await app.close()
  await sounds.remove()
})

/** Where one of these texts still is: in a row of any table, the queue's included, or in a path. */
async function traces(texts: readonly string[]) {
  const { rows: tables } = await app.database.pool.query<{ name: string }>(
    `select quote_ident(table_schema) || '.' || quote_ident(table_name) as name from information_schema.tables
     where table_schema in ('public', 'pgboss') and table_type = 'BASE TABLE' and table_name <> 'audit'`,
  )
  const found: string[] = []
  for (const { name } of tables) {
    const { rows } = await app.database.pool.query<{ row: string }>(`select to_jsonb(it)::text as row from ${name} it`)
    for (const { row } of rows) if (texts.some((it) => row.includes(it))) found.push(`${name}: ${row.slice(0, 300)}`)
  }
  for (const path of await readdir(app.dataDir, { recursive: true }))
    if (texts.some((it) => path.includes(it))) found.push(path)
  return found
}

const sweep = () =>
  createPrivacy({
    ...{ db: app.database.db, clock, log: silentLog, restoreMs: 600_000, onGone: async () => {} },
    audit: createAudit(app.database.db, silentLog),
    files: createLocalFiles({ root: join(app.dataDir, 'files') }),
  }).sweep()

const isBusy = async (person: TestPerson, id: string) => (await opened(person, id)).segments.length > 0

async function jobAtWork(person: TestPerson) {
  const body = new FormData()
  body.set('type', 'transcription')
  body.set('file', new Blob([new Uint8Array(await readFile(`${sounds.path}/tone.wav`))]), `${SAID}.wav`)
  const { id } = (await (await person.raw('/saas/jobs', { method: 'POST', body })).json()) as Job
  await until(async () => (await person.call(getJob, { params: { id } })).status === 'processing', 'the job to begin')
  return id
}

test('a conversation that is deleted while it is worked on leaves nothing', { timeout: 60_000 }, async () => {
  const alice = await app.person()
  const id = await idOf(await send(alice, `${sounds.path}/tone.wav`, `${SAID}.wav`))
  await until(() => isBusy(alice, id), 'the first words')
  await alice.call(createShare, { params: { id }, body: {} })
  const before = stopped
  await alice.call(deleteConversation, { params: { id }, query: {} })
  await until(async () => stopped > before, 'the engine to stop', 15_000)
  clock.forward(611_000)
  await sweep()
  // The queue's own rows are its bookkeeping and hold ids alone; pages may still hear that it is gone.
  const books = (it: string) => it.startsWith('pgboss.') || /^public\.events: .*"deleted": true/.test(it)
  expect((await traces([id, SAID])).filter((it) => it.includes(SAID) || !books(it))).toEqual([])
})

test('an account that goes while everything runs leaves nothing', { timeout: 60_000 }, async () => {
  const alice = await app.person()
  const id = await idOf(await send(alice, `${sounds.path}/tone.wav`, `${SAID}.wav`))
  await until(() => isBusy(alice, id), 'the first words')
  const job = await jobAtWork(alice)
  const line = await link(alice)
  const { conversation_id } = await begin(line, { title: SAID })
  for (const [seq, pcm] of chunksOfNoise(12).entries()) await line.ask('chunk', { seq, pcm })
  const upload = await alice.raw('/api/uploads/tus', {
    method: 'POST',
    headers: { 'tus-resumable': '1.0.0', 'upload-length': '1000', 'upload-metadata': 'filename YS53YXY=' },
  })
  const uploading = upload.headers.get('x-conversation-id') ?? ''
  const before = stopped
  const gone = line.gone()
  await alice.call(deleteMe, { body: { password: alice.password } })
  await gone
  await until(async () => stopped >= before + 2, 'the engines to stop', 15_000)
  for (const step of [0, 86_400_000 + 1_000, 3_600_000]) {
    clock.forward(step)
    await sweep()
    await app.database.pool.query("insert into pgboss.job (name, data) values ('recordings.sweep', '{}')")
  }
  const ids = [alice.user.id, alice.email, id, job, conversation_id, uploading, SAID]
  const left = async () =>
    (await traces(ids)).filter((it) => !it.startsWith('pgboss.') || it.includes(SAID) || it.includes(alice.email))
  await until(async () => (await left()).length === 0, 'nothing to be left').catch(async () => {
    expect(await left()).toEqual([])
  })
})
