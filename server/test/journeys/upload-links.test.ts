import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { cancelTranscription, deleteConversation, restoreConversation, uploadLink } from '@mina/contract'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { fakeRecogniser } from '../../src/speech/fake.ts'
import { freePort, type TestApp, type TestPerson, testApp } from '../app.ts'
import { ended, opened } from '../recordings.ts'
import { soundFolder, speak } from '../sounds.ts'

let app: TestApp
let alice: TestPerson
let site: Server
let base: string
let sounds: Awaited<ReturnType<typeof soundFolder>>
let hung = 0

beforeAll(async () => {
  sounds = await soundFolder()
  const content = await readFile(await speak(join(sounds.path, 'talk.wav'), { text: 'The tide comes in twice a day.' }))
  const port = await freePort()
  base = `http://127.0.0.1:${port}`
  site = createServer((request, response) => {
    if (request.url === '/slow.wav') {
      hung += 1
      response.on('close', () => {
        hung -= 1
      })
      response.write(content.subarray(0, 100))
    } else if (request.url?.includes('.wav')) response.end(content)
    else response.end('<html>A page</html>')
  }).listen(port, '127.0.0.1')
  await once(site, 'listening')
  app = await testApp({ engines: [fakeRecogniser({ name: 'local' })], env: { MEDIA_ALLOW: `127.0.0.1:${port}` } })
  alice = await app.person()
})
afterAll(async () => {
  await app.close()
  site.closeAllConnections()
  site.close()
  await sounds.remove()
})

const link = async (url: string) => (await alice.call(uploadLink, { body: { url } })).id

test('a link becomes a conversation at once, and its recording follows', async () => {
  const id = await link(`${base}/talks/On%20tides.wav?from=here`)
  expect((await opened(alice, id)).conversation).toMatchObject({ title: 'On tides', source: 'link' })
  const { conversation } = await ended(alice, id)
  expect(conversation).toMatchObject({ status: 'final', has_audio: true })
})

test('what is no recording, not reachable or not allowed is told in the conversation', async () => {
  const page = (await ended(alice, await link(`${base}/index.html`))).conversation
  expect(page).toMatchObject({ status: 'failed', failure: { code: 'unsupported_type' } })
  const inside = (await ended(alice, await link('http://127.0.0.1:5432/x.wav'))).conversation
  expect(inside.failure?.message).toContain('could not be reached')
  const site = (await ended(alice, await link('https://www.youtube.com/watch?v=abc'))).conversation
  expect(site).toMatchObject({ status: 'failed', failure: { message: expect.stringContaining('yt-dlp') } })
})

test('what is no web address is refused at once', async () => {
  for (const url of ['file:///etc/passwd', 'ftp://example.org/x.wav', 'http://user:word@example.org/x.wav'])
    await expect(link(url)).rejects.toMatchObject({ code: 'bad_request' })
})

test('a fetch that is not wanted any more stops', async () => {
  const id = await link(`${base}/slow.wav`)
  await vi.waitFor(() => expect(hung).toBe(1), 10_000)
  await alice.call(cancelTranscription, { params: { id } })
  await vi.waitFor(() => expect(hung).toBe(0), 5_000)
  expect((await opened(alice, id)).conversation).toMatchObject({ status: 'failed', failure: { code: 'cancelled' } })
})

test('one that was deleted before its recording had come, and is brought back, says so instead of waiting', async () => {
  const id = await link(`${base}/slow.wav`)
  await vi.waitFor(() => expect(hung).toBe(1), 10_000)
  await alice.call(deleteConversation, { params: { id }, query: {} })
  const atWork = async () => {
    const { rows } = await app.database.pool.query(
      "select 1 from pgboss.job where name = 'recordings.fetch' and state in ('created', 'retry', 'active')",
    )
    return rows.length
  }
  await vi.waitFor(async () => expect(await atWork()).toBe(0), { timeout: 10_000, interval: 100 })
  await alice.call(restoreConversation, { params: { id } })
  const { conversation } = await opened(alice, id)
  expect(conversation).toMatchObject({ status: 'failed', failure: { message: expect.stringContaining('link again') } })
})
