import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { createConversation, getRedaction, putSegment, register } from '@mina/contract'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { client, freePort } from '../app.ts'
import { type TestDatabase, testDatabase } from '../database.ts'
import { until } from '../until.ts'

vi.setConfig({ testTimeout: 120_000 })

// The server as it is built for `npm start`: what is loaded only at need has to be found from there too.
const dist = join(import.meta.dirname, '../../dist')

let database: TestDatabase
let dataDir: string
let child: ChildProcess | undefined
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'mina-built-'))
  database = await testDatabase()
})
afterEach(async () => {
  child?.kill('SIGKILL')
  await database.close()
  rmSync(dataDir, { recursive: true, force: true })
})

test('each part can be loaded', async () => {
  const parts = readdirSync(dist).filter((name) => name.startsWith('part-'))
  const loads = parts.map((name) => `await import(${JSON.stringify(join(dist, name))})`)
  const node = spawn(process.execPath, ['--input-type=module', '--eval', `${loads.join('\n')}\nprocess.exit()`])
  const [said, [code]] = await Promise.all([text(node.stderr), once(node, 'exit')])
  expect(said).toBe('')
  expect(code).toBe(0)
})

test('the built command line transcribes a file', async () => {
  const sample = join(import.meta.dirname, '../../assets/sample.mp3')
  const node = spawn(process.execPath, [join(dist, 'cli.js'), 'transcribe', sample, '-f', 'txt'], {
    env: { PATH: process.env.PATH, HOME: dataDir, MINA_DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [said, [code]] = await Promise.all([text(node.stdout), once(node, 'exit')])
  expect(said).toContain('Welcome to Mina')
  expect(code).toBe(0)
})

test('a built server makes every kind of document, shows its reference and understands a text', async () => {
  const port = await freePort()
  const base = `http://127.0.0.1:${port}`
  child = spawn(process.execPath, [join(dist, 'main.js')], {
    env: { PATH: process.env.PATH, MINA_DATA_DIR: dataDir, DATABASE_URL: database.url, PORT: String(port) },
    stdio: 'ignore',
  })
  await until(
    () =>
      fetch(`${base}/readyz`).then(
        (answer) => answer.ok,
        () => false,
      ),
    'a server that is ready',
    60_000,
  )
  const ann = client(base)
  await ann.call(register, { body: { email: 'ann@example.org', password: 'correct horse 7' } })
  const conversation = await ann.call(createConversation, { body: { title: 'Harbour' } })
  const params = { id: conversation.id }
  const spoken = { idx: 0, start_ms: 0, end_ms: 4_000, is_final: true }
  await ann.call(putSegment, {
    params,
    body: { ...spoken, text: 'Call Margaret Thatcher at +44 20 7946 0958. Wonderful!' },
  })

  const begins: Record<string, string> = { docx: 'PK', xlsx: 'PK', pdf: '%PDF', srt: '1', txt: 'Harbour' }
  for (const [format, bytes] of Object.entries(begins)) {
    const answer = await ann.raw(`/api/conversations/${conversation.id}/export?format=${format}`)
    expect([format, answer.status]).toEqual([format, 200])
    expect((await answer.text()).startsWith(bytes)).toBe(true)
  }
  const { segments } = await ann.call(getRedaction, { params, query: {} })
  expect(JSON.stringify(segments)).not.toContain('7946')

  const page = await ann.raw('/docs/')
  expect(await page.text()).toContain('swagger-ui')
  expect((await ann.raw('/docs/static/swagger-ui-bundle.js')).status).toBe(200)
  child.kill('SIGTERM')
  expect(await once(child, 'exit')).toEqual([0, null])
})
