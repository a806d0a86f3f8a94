import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { deleteConversation, restoreConversation } from '@mina/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApp, testApp } from '../app.ts'
import { finished, until, whole } from '../live/conversation.ts'
import { begin, chunksOfNoise, link } from '../live/link.ts'
import { careless, talker } from '../live/talker.ts'

let app: TestApp
beforeAll(async () => {
  app = await testApp({ engines: [talker()] })
})
afterAll(async () => await app.close())

const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

test('a recording becomes a conversation with its words and its sound, to the sample', async () => {
  const alice = await app.person()
  const line = await link(alice)
  await line.hear('hello', (it) => it.engines.some(({ name }) => name === 'local'))
  const { conversation_id, next_seq } = await begin(line, { title: 'Tides', language: 'en' })
  expect(next_seq).toBe(0)
  const chunks = chunksOfNoise(25)
  for (const [seq, pcm] of chunks.entries()) {
    expect(await line.ask('chunk', { seq, pcm })).toMatchObject({ seq, next_seq: seq + 1 })
  }
  const final = await line.hear('final', (it) => it.start_ms === 1000)
  const saved = await whole(alice, conversation_id)
  expect(saved.segments.map((it) => it.id)).toContain(final.id)
  expect(saved.conversation.status).toBe('live')

  expect(await line.ask('stop', {})).toEqual({ ok: true, conversation_id })
  await line.hear('stopped', (it) => it.duration_ms === 2500)
  const end = await finished(alice, conversation_id)
  expect(end.segments.map((it) => it.text)).toEqual(['second 0', 'second 1', 'second 2'])
  expect(end.conversation).toMatchObject({ title: 'Tides', word_count: 6, has_audio: true, source: 'realtime' })
  const { rows } = await app.database.pool.query('select * from recordings where conversation_id = $1', [
    conversation_id,
  ])
  const pcm = execFileSync('ffmpeg', [
    ...['-v', 'error', '-i', `${app.dataDir}/files/${rows[0].storage_key}`],
    ...['-f', 's16le', '-ar', '16000', '-ac', '1', 'pipe:1'],
  ])
  expect(hash(pcm)).toBe(hash(Buffer.concat(chunks)))
  expect(rows[0]).toMatchObject({ duration_ms: 2500, media_type: 'audio/flac' })
  line.close()
})

test('what the engine leaves out is told once to whoever comes to record', async () => {
  const other = await testApp({ engines: [careless('The built-in engine does not use: vocabulary.')] })
  try {
    const alice = await other.person()
    const line = await link(alice)
    const { resume_token } = await begin(line, { language: 'en' })
    const told = { code: 'option_ignored', message: 'The built-in engine does not use: vocabulary.' }
    expect(await line.hear('warning')).toEqual(told)
    line.close()
    const again = await link(alice)
    expect(await again.ask('resume', { resume_token })).toMatchObject({ ok: true })
    expect(await again.hear('warning')).toEqual(told)
    await again.ask('stop', {})
    expect(again.of('warning')).toHaveLength(1)
    again.close()
  } finally {
    await other.close()
  }
})

test('a recording that was left while its conversation was deleted is finished when that is brought back', async () => {
  const other = await testApp({ engines: [talker()], env: { LIVE_ORPHAN_SECONDS: '1' } })
  const state = async (id: string) => {
    const { rows } = await other.database.pool.query(
      `select 1 from live_sessions where conversation_id = $1 and state = 'orphaned' and not exists (
         select 1 from pgboss.job where data ->> 'session_id' = live_sessions.id::text
         and state in ('created', 'retry', 'active'))`,
      [id],
    )
    return rows.length > 0
  }
  try {
    const alice = await other.person()
    const line = await link(alice)
    const { conversation_id: id } = await begin(line, { language: 'en' })
    for (const [seq, pcm] of chunksOfNoise(15).entries()) await line.ask('chunk', { seq, pcm })
    await alice.call(deleteConversation, { params: { id }, query: {} })
    line.close()
    await until(() => state(id), 'nobody works on the recording any more')
    await alice.call(restoreConversation, { params: { id } })
    const { conversation, segments } = await finished(alice, id)
    expect(conversation).toMatchObject({ has_audio: true, duration_ms: 1_500 })
    expect(segments.length).toBeGreaterThan(0)
  } finally {
    await other.close()
  }
})
