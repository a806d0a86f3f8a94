import { createKey } from '@mina/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { type TestApp, testApp, testClock } from '../app.ts'
import { begin, chunksOfNoise, cookiesOf, link } from '../live/link.ts'
import { talker } from '../live/talker.ts'

let app: TestApp
const clock = testClock()
beforeAll(async () => {
  const patient = { LIVE_ORPHAN_SECONDS: '86400', LIVE_IDLE_SECONDS: '86400' }
  app = await testApp({ engines: [talker()], clock, env: patient })
})
afterAll(async () => await app.close())

test('an access token that expires ends no recording; a new connection needs a new one', async () => {
  const person = await app.person()
  const line = await link(person)
  await begin(line)
  const [first, second] = chunksOfNoise(2)
  expect(await line.ask('chunk', { seq: 0, pcm: first! })).toEqual({ seq: 0, next_seq: 1 })
  const { key, api_key } = await person.call(createKey, { body: { name: 'lost phone' } })
  clock.forward(21 * 60_000)
  // Whoever is connected is looked at again: one whose key was revoked goes.
  const phone = await link(person, { auth: { token: api_key }, extraHeaders: {} })
  await app.database.pool.query('update api_keys set is_active = false where id = $1', [key.id])
  await phone.gone()
  await expect(link(person)).rejects.toThrow(/token/i)
  expect(await line.ask('chunk', { seq: 1, pcm: second! })).toEqual({ seq: 1, next_seq: 2 })
  await line.ask('stop', {})
  line.close()
})

test('one account has so many connections and no more; who leaves makes room', async () => {
  const person = await app.person()
  const lines = await Promise.all(Array.from({ length: 50 }, () => link(person)))
  await expect(link(person)).rejects.toThrow('Too many connections for this account')
  lines[0]!.close()
  await expect
    .poll(() =>
      link(person).then(
        (line) => lines.push(line),
        () => 0,
      ),
    )
    .toBeGreaterThan(50)
  for (const line of lines) line.close()
})

test('a message whose attachment never comes ends its connection, and nobody else notices', async () => {
  const person = await app.person()
  const line = await link(person)
  await begin(line)
  const address = `${app.base.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`
  const raw = new WebSocket(address, { headers: { origin: app.base, cookie: cookiesOf(person) } })
  const connected = new Promise<void>((done) => {
    raw.on('message', (data) => {
      if (String(data).startsWith('0')) raw.send('40')
      if (String(data).startsWith('40')) done()
    })
  })
  await connected
  const closed = new Promise<void>((done) => raw.once('close', () => done()))
  raw.send('451-1["audio_chunk",{"seq":0,"pcm":{"_placeholder":true,"num":0}}]')
  raw.send('42["session:pause"]')
  await closed
  expect(await line.ask('chunk', { seq: 0, pcm: chunksOfNoise(1)[0]! })).toEqual({ seq: 0, next_seq: 1 })
  await line.ask('stop', {})
  line.close()
})
