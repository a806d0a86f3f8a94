import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { changePassword } from '@mina/contract'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { fakeRecogniser } from '../../src/speech/fake.ts'
import { type TestApp, type TestPerson, testApp } from '../app.ts'
import { ended, idOf, send } from '../recordings.ts'
import { soundFolder, speak } from '../sounds.ts'

interface News {
  id: string
  event: string
  data: { id?: string; status?: string; segments_from_idx?: number; progress?: { percent: number } | null }
}

let app: TestApp
let sounds: Awaited<ReturnType<typeof soundFolder>>
let content: Uint8Array<ArrayBuffer>

beforeAll(async () => {
  sounds = await soundFolder()
  content = new Uint8Array(await readFile(await speak(join(sounds.path, 'talk.wav'), { text: 'The tide comes in.' })))
  app = await testApp({ engines: [fakeRecogniser({ name: 'local' })] })
})
afterAll(async () => {
  await app.close()
  await sounds.remove()
})

/** Reads the stream as a page would, until it is left or ends. */
function listen(person: Pick<TestPerson, 'raw'>, lastEventId?: string) {
  const news: News[] = []
  const reading = (async () => {
    const answer = await person.raw('/api/events', lastEventId ? { headers: { 'last-event-id': lastEventId } } : {})
    expect(answer.headers.get('content-type')).toMatch(/^text\/event-stream/)
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    for (;;) {
      const { value, done } = await reader.read()
      if (done) return
      text += value
      const frames = text.split('\n\n')
      text = frames.pop() ?? ''
      for (const frame of frames) {
        const fields = Object.fromEntries(frame.split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2)))
        if (fields.event) news.push({ id: fields.id, event: fields.event, data: JSON.parse(fields.data) })
      }
    }
  })()
  const isOpen = () => vi.waitFor(() => expect(news[0]?.event).toBe('open'))
  return { news, reading, isOpen }
}

const about = (news: News[], id: string) => news.filter((it) => it.event === 'conversation' && it.data.id === id)

test('a page sees its uploads move, from acceptance to the end, and nobody else does', async () => {
  const alice = await app.person()
  const bob = await app.person()
  const mine = listen(alice)
  const his = listen(bob)
  await Promise.all([mine.isOpen(), his.isOpen()])
  const id = await idOf(await send(alice, content, 'talk.wav'))
  await vi.waitFor(() => expect(about(mine.news, id).at(-1)?.data.status).toBe('final'), 20_000)
  const seen = about(mine.news, id).map((it) => it.data)
  expect(seen[0]).toMatchObject({ status: 'processing', progress: { percent: 0, phase: 'waiting' } })
  expect(seen.some((it) => it.segments_from_idx === 0)).toBe(true)
  expect(his.news.map((it) => it.event)).toEqual(['open'])

  // Who was away is told what was missed, in order, once.
  const again = listen(alice, about(mine.news, id)[0]?.id)
  await vi.waitFor(() => expect(about(again.news, id).at(-1)?.data.status).toBe('final'))
  expect(about(again.news, id).map((it) => it.id)).toEqual(
    about(mine.news, id)
      .slice(1)
      .map((it) => it.id),
  )
})

test('a page whose number is of another time, as after a backup was put back, is told what comes', async () => {
  const alice = await app.person()
  const page = listen(alice, '999999999')
  await page.isOpen()
  const id = await idOf(await send(alice, content, 'talk.wav'))
  await vi.waitFor(() => expect(about(page.news, id).at(-1)?.data.status).toBe('final'), 20_000)
})

test('a stream ends with the session that opened it', async () => {
  const alice = await app.person()
  const elsewhere = app.client()
  await elsewhere.json('/api/auth/login', { email: alice.email, password: alice.password })
  const stream = listen(elsewhere)
  await stream.isOpen()
  await alice.call(changePassword, { body: { old_password: alice.password, new_password: 'another horse 8' } })
  await stream.reading
})

test('a stranger gets no stream', async () => {
  expect((await app.client().raw('/api/events')).status).toBe(401)
})

test('every open tab is told of the end', async () => {
  const alice = await app.person()
  const tabs = [listen(alice), listen(alice)]
  await Promise.all(tabs.map((it) => it.isOpen()))
  const id = await idOf(await send(alice, content, 'talk.wav'))
  await ended(alice, id)
  for (const { news } of tabs) await vi.waitFor(() => expect(about(news, id).at(-1)?.data.status).toBe('final'))
})
