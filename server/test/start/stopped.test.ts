import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createWebhook, register, testWebhook } from '@mina/contract'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { client, freePort } from '../app.ts'
import { webhookReceiver } from '../doubles/webhooks/receiver.ts'
import { until } from '../until.ts'
import { discard, postmasterOf, processesIn, temporaryFolder } from './processes.ts'

// A whole server with its own database, on machines that may be busy with others.
vi.setConfig({ testTimeout: 120_000 })
const START_MS = 60_000
const main = join(import.meta.dirname, '../../dist/main.js')

let folder: string
let server: ChildProcess
let base: string
let receiver: Awaited<ReturnType<typeof webhookReceiver>>
beforeEach(async () => {
  folder = temporaryFolder()
  receiver = await webhookReceiver()
  const port = await freePort()
  base = `http://127.0.0.1:${port}`
  server = spawn(process.execPath, [main], {
    env: { PATH: process.env.PATH ?? '', MINA_DATA_DIR: folder, PORT: String(port), OUTBOUND_ALLOW: '127.0.0.1' },
    stdio: 'ignore',
  })
  await until(async () => (await readiness()) === 200, 'a server that is ready', START_MS)
})
afterEach(async () => {
  server.kill('SIGKILL')
  await receiver.close()
  discard(folder)
})

const readiness = () =>
  fetch(`${base}/readyz`).then(
    (answer) => answer.status,
    () => 0,
  )

test.each([
  ['politely, so that it waits for us', 'SIGTERM'],
  ['at once', 'SIGINT'],
  ['without a goodbye', 'SIGQUIT'],
] as const)('a database that somebody else stops (%s) is missed, and brought back', async (_, signal) => {
  const ann = client(base)
  await ann.call(register, { body: { name: 'Ann', email: 'ann@example.org', password: 'a password that is long' } })
  const { webhook } = await ann.call(createWebhook, { body: { url: receiver.url, events: ['job.done'] } })
  const { pid } = postmasterOf(folder)
  process.kill(pid, signal)
  await until(async () => (await readiness()) === 503, 'the server to say that it is not ready')
  await until(async () => (await readiness()) === 200, 'the server to be ready again', START_MS)
  expect(postmasterOf(folder).pid).not.toBe(pid)
  // What runs in the background has its database again too.
  await ann.call(testWebhook, { params: { id: webhook.id } })
  await receiver.count(1)
  server.kill('SIGTERM')
  await once(server, 'exit')
  expect(processesIn(folder)).toEqual([])
})
