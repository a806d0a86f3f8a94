import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getAudio } from '@mina/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApp, testApp } from '../app.ts'
import { s3Keys, startS3 } from '../doubles/storage/s3.ts'
import { finished, until } from '../live/conversation.ts'
import { begin, chunksOfNoise, link } from '../live/link.ts'
import { talker } from '../live/talker.ts'

let app: TestApp
let s3: Awaited<ReturnType<typeof startS3>>
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mina-s3-'))
  s3 = await startS3(folder, 'mina')
  app = await testApp({
    engines: [talker()],
    env: {
      STORAGE: 's3',
      S3_ENDPOINT: s3.endpoint,
      S3_BUCKET: 'mina',
      S3_ACCESS_KEY_ID: s3Keys.accessKeyId,
      S3_SECRET_ACCESS_KEY: s3Keys.secretAccessKey,
    },
  })
})
afterAll(async () => {
  await app.close()
  await s3.way.close()
  await s3.close()
  await rm(folder, { recursive: true, force: true })
})

const kept = async () => {
  const { rows } = await app.database.pool.query<{ pcm: Buffer }>('select pcm from live_chunks order by seq')
  return Buffer.concat(rows.map((it) => it.pcm))
}
const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

test('with storage elsewhere the chunks are rows until the end, also over a database that cuts its connections', async () => {
  const person = await app.person()
  const source = chunksOfNoise(40)
  const line = await link(person)
  const { conversation_id, resume_token } = await begin(line)
  const send = (from: number, to: number) =>
    Promise.all(source.slice(from, to).map((pcm, at) => line.ask('chunk', { seq: from + at, pcm })))
  await send(0, 15)
  expect(hash(await kept())).toBe(hash(Buffer.concat(source.slice(0, 15))))
  // Every connection of the server breaks while chunks are on their way, as at a restart.
  const broken = send(15, 30)
  await app.database.pool.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'mina' and pid <> pg_backend_pid()",
  )
  await broken
  const next = await until(async () => {
    const ack = await line.ask('resume', { resume_token })
    return ack.ok && ack
  }, 'the database is back')
  await until(async () => {
    const acks = await send(next.next_seq, 40)
    return acks.some((it) => 'next_seq' in it && it.next_seq === 40)
  }, 'all is kept')
  expect(hash(await kept())).toBe(hash(Buffer.concat(source)))
  await line.ask('stop', {})
  const { segments, conversation } = await finished(person, conversation_id)
  expect(segments.map((it) => it.text)).toEqual([0, 1, 2, 3].map((second) => `second ${second}`))
  expect(conversation).toMatchObject({ has_audio: true, duration_s: 4 })
  await until(async () => (await kept()).length === 0, 'the rows have become one object')
  const audio = await person.raw(getAudio.path.replace(':id', conversation_id))
  expect(Buffer.from(await audio.arrayBuffer()).toString('latin1', 0, 4)).toBe('fLaC')
  line.close()
}, 60_000)
