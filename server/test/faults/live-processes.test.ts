import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { register } from '@mina/contract'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { client, freePort } from '../app.ts'
import { type TestDatabase, testDatabase } from '../database.ts'
import { finished, until } from '../live/conversation.ts'
import { begin, chunksOfNoise, link, type TestLink } from '../live/link.ts'
import { type ServerProcess, serverProcess } from '../live/process.ts'

let database: TestDatabase
let dataDir: string
let env: Record<string, string>
const processes: ServerProcess[] = []
beforeEach(async () => {
  database = await testDatabase()
  dataDir = await mkdtemp(join(tmpdir(), 'mina-live-'))
  env = { DATABASE_URL: database.url, MINA_DATA_DIR: dataDir, LIVE_SESSIONS_PER_USER: '20' }
})
afterEach(async () => {
  for (const it of processes.splice(0)) await it.kill('SIGKILL')
  await database.close()
  await rm(dataDir, { recursive: true, force: true })
})

const start = async (port?: number) => {
  const it = await serverProcess(env, port)
  processes.push(it)
  return it
}
const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const person = async (base: string) => {
  const browser = client(base)
  await browser.call(register, { body: { email: 'alice@example.org', password: 'correct horse 7' } })
  return browser
}
/** The same cookies, at another server. */
const at = (browser: Awaited<ReturnType<typeof person>>, base: string) => {
  const other = client(base)
  for (const [name, value] of browser.cookies) other.cookies.set(name, value)
  return other
}
const resume = async (line: TestLink, resume_token: string) => {
  const ack = await line.ask('resume', { resume_token })
  if (!ack.ok) throw new Error(ack.message)
  return ack.next_seq
}

test('the server is killed three times while chunks come: nothing acknowledged is lost, each word is there once', async () => {
  const port = await freePort()
  let server = await start(port)
  const alice = await person(server.base)
  const source = chunksOfNoise(60)
  let line = await link(alice)
  const { conversation_id, resume_token } = await begin(line)
  let next = 0
  for (let kills = 0; kills < 3; kills += 1) {
    let acknowledged = next
    const asked = source.slice(next, next + 15).map((pcm, index) =>
      line.ask('chunk', { seq: next + index, pcm }).then((ack) => {
        if (!('ok' in ack)) acknowledged = Math.max(acknowledged, ack.next_seq)
      }),
    )
    for (const it of asked) it.catch(() => {})
    await asked[7]
    await server.kill('SIGKILL')
    line.close()
    server = await start(port)
    line = await link(alice)
    next = await resume(line, resume_token)
    expect(next).toBeGreaterThanOrEqual(acknowledged)
  }
  for (let seq = next; seq < source.length; seq += 1) await line.ask('chunk', { seq, pcm: source[seq]! })
  const { rows } = await database.pool.query('select id from live_sessions')
  expect(hash(await readFile(join(dataDir, 'live', `${rows[0].id}.pcm`)))).toBe(hash(Buffer.concat(source)))
  await line.ask('stop', {})
  const { segments, conversation } = await finished(alice, conversation_id)
  expect(segments.map((it) => it.text)).toEqual([0, 1, 2, 3, 4, 5].map((second) => `second ${second}`))
  expect(conversation.duration_s).toBe(6)
  line.close()
}, 180_000)

test('two servers: a viewer at one sees what is said at the other, and the recording moves over with no gap', async () => {
  const [one, two] = await Promise.all([start(), start()])
  const alice = await person(one.base)
  const there = at(alice, two.base)
  const source = chunksOfNoise(40)
  const line = await link(alice)
  const { conversation_id, resume_token } = await begin(line)
  const viewer = await link(there)
  expect(await viewer.ask('watch', { conversation_id })).toEqual({ ok: true })
  for (const [seq, pcm] of source.slice(0, 20).entries()) await line.ask('chunk', { seq, pcm })
  expect(await viewer.hear('final')).toMatchObject({ text: 'second 0' })

  // Both live: the older writer is fenced off.
  const moved = await link(there)
  expect(await resume(moved, resume_token)).toBe(20)
  expect(await line.hear('error')).toMatchObject({ code: 'conflict' })
  for (const [index, pcm] of source.slice(20, 30).entries()) await moved.ask('chunk', { seq: 20 + index, pcm })

  // The second is killed; the first goes on.
  await two.kill('SIGKILL')
  const back = await link(alice)
  expect(await resume(back, resume_token)).toBe(30)
  for (const [index, pcm] of source.slice(30).entries()) await back.ask('chunk', { seq: 30 + index, pcm })
  const { rows } = await database.pool.query('select id from live_sessions')
  expect(hash(await readFile(join(dataDir, 'live', `${rows[0].id}.pcm`)))).toBe(hash(Buffer.concat(source)))
  await back.ask('stop', {})
  const { segments } = await finished(alice, conversation_id)
  expect(segments.map((it) => it.text)).toEqual([0, 1, 2, 3].map((second) => `second ${second}`))
}, 180_000)

test('SIGTERM with twenty streams that run: not ready, all flushed, gone with 0; another server goes on', async () => {
  env = { ...env, LIVE_SESSIONS_PER_USER: '20' }
  const one = await start()
  const alice = await person(one.base)
  const lines = await Promise.all(Array.from({ length: 20 }, () => link(alice)))
  const sessions = await Promise.all(lines.map((line) => begin(line)))
  const source = chunksOfNoise(15)
  await Promise.all(
    lines.map(async (line) => {
      for (const [seq, pcm] of source.entries()) await line.ask('chunk', { seq, pcm })
    }),
  )
  const began = Date.now()
  const said: number[] = []
  const ask = async (): Promise<void> => {
    const answer = await fetch(`${one.base}/readyz`).catch(() => null)
    if (!answer) return
    said.push(answer.status)
    return ask()
  }
  const leaving = one.kill('SIGTERM')
  const [code] = await Promise.all([leaving, ask(), ...lines.map((line) => line.gone())])
  expect(said).toContain(503)
  expect(code).toBe(0)
  expect(Date.now() - began).toBeLessThan(30_000)
  const two = await start()
  const there = at(alice, two.base)
  for (const { resume_token, conversation_id } of sessions) {
    const line = await link(there)
    expect(await resume(line, resume_token)).toBe(15)
    expect(await line.ask('stop', {})).toEqual({ ok: true, conversation_id })
    const { segments } = await finished(there, conversation_id)
    expect(segments.map((it) => it.text)).toEqual(['second 0', 'second 1'])
    line.close()
  }
  expect(await until(async () => (await fetch(`${two.base}/readyz`)).status, 'ready')).toBe(200)
}, 180_000)
