import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { liveEvents } from '@mina/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { decode } from '../../src/audio/decode.ts'
import { probe } from '../../src/audio/probe.ts'
import { type TestApp, testApp } from '../app.ts'
import { createOpenaiDouble } from '../doubles/speech/openai.ts'
import { finished, whole } from '../live/conversation.ts'
import { begin, link, type TestLink } from '../live/link.ts'
import { soundFolder, speak } from '../sounds.ts'

const CHUNK_MS = 100
const CHUNK = 16 * CHUNK_MS

let app: TestApp
let folder: Awaited<ReturnType<typeof soundFolder>>
beforeAll(async () => {
  ;[app, folder] = await Promise.all([testApp(), soundFolder()])
})
afterAll(async () => {
  await app.close()
  await folder.remove()
})

const spoken = async (name: string, text: string) => {
  const path = await speak(join(folder.path, name), { text })
  const samples: number[] = []
  for await (const block of decode(path)) samples.push(...block)
  return Int16Array.from(samples)
}

/** A microphone: what it is given to say, else silence, in real time, until it is switched off. */
function microphone(line: TestLink) {
  let saying = new Int16Array(0)
  let on = true
  let said = () => {}
  let sent = 0
  const running = (async () => {
    const began = performance.now()
    for (let seq = 0; on; seq += 1) {
      const pcm = new Int16Array(CHUNK)
      pcm.set(saying.subarray(0, CHUNK))
      saying = saying.slice(CHUNK)
      const ack = await line.ask('chunk', { seq, pcm: new Uint8Array(pcm.buffer) })
      if (!ack || ('ok' in ack && ack.ok === false)) throw new Error(`Chunk ${seq} was refused.`)
      sent += CHUNK_MS
      if (saying.length === 0) said()
      // On a busy machine it may be late; it never runs ahead of time.
      await pause(Math.max(0, began + (seq + 1) * CHUNK_MS - performance.now()))
    }
  })()
  running.catch(() => said())
  return {
    say: (sound: Int16Array<ArrayBuffer>) =>
      new Promise<void>((done) => {
        saying = sound
        said = done
      }),
    off: async () => {
      on = false
      await running
      return sent
    },
  }
}

test('a server that knows finished recordings only gives live words: each piece of speech is sent by itself', async () => {
  const server = await createOpenaiDouble({
    compatible: true,
    hear: (file) => [{ start: 0, end: (file.size - 44) / 32_000, text: 'Heard elsewhere.', speaker: 0 }],
  })
  const other = await testApp({
    env: { SPEECH_BASE_URL: `${server.url}/v1`, SPEECH_API_KEY: 'sk-key', TRANSCRIPTION_PROVIDER: 'openai' },
  })
  try {
    const line = await link(await other.person())
    await line.hear('hello', (it) => it.engines.some(({ name }) => name === 'openai'))
    const { conversation_id } = await begin(line, { language: 'it' })
    const voice = microphone(line)
    await voice.say(await spoken('elsewhere.wav', 'Good morning, how are you today?'))
    const final = await line.hear('final')
    expect(final).toMatchObject({ conversation_id, text: expect.stringContaining('Heard elsewhere.') })
    expect(server.forms[0]!.get('language')).toBe('it')
    await voice.off()
    await line.ask('stop', {})
    line.close()
  } finally {
    await other.close()
    await server.close()
  }
}, 60_000)

const plain = (text: string) => text.toLowerCase().replace(/[^a-z ]/g, '')

test('what is said into a microphone appears while it is said, and stays, with its sound', async () => {
  const [first, second] = await Promise.all([
    spoken('first.wav', 'The library is closed on Monday morning.'),
    spoken(
      'second.wav',
      'Please bring the children to the railway station tomorrow because the weather will be terrible in the afternoon.',
    ),
  ])
  const alice = await app.person()
  const line = await link(alice)
  const { conversation_id } = await begin(line, { title: 'Spoken', language: 'en' })
  const voice = microphone(line)

  // The engine is started by the first words; how long that takes is not what is looked at here.
  await voice.say(first)
  const one = await line.hear('final', (it) => plain(it.text).includes('monday morning'))
  expect(plain(one.text)).toContain('library')
  const before = line.of('interim').length

  await voice.say(second)
  const two = await line.hear('final', (it) => plain(it.text).includes('afternoon'))
  const names = line.heard.map((it) => it.name)
  const [interim, final] = [liveEvents.interim.name, liveEvents.final.name]
  const interims = line.of('interim').slice(before)
  expect(interims.length).toBeGreaterThanOrEqual(1)
  expect(plain(interims.map((it) => it.text).join(' '))).toContain('please bring')
  const between = names.slice(names.indexOf(final) + 1, names.lastIndexOf(final))
  expect(between).toContain(interim)
  for (const it of interims) expect(it.stable_chars).toBeLessThanOrEqual(it.text.length)
  expect(two.start_ms).toBeGreaterThanOrEqual(one.end_ms)
  expect(line.of('final').map((it) => it.idx)).toEqual(line.of('final').map((_, at) => at))

  const saved = await whole(alice, conversation_id)
  expect(saved.segments.map((it) => it.id)).toEqual(line.of('final').map((it) => it.id))

  const sent_ms = await voice.off()
  expect(await line.ask('stop', {})).toEqual({ ok: true, conversation_id })
  await line.hear('stopped', (it) => it.duration_ms === sent_ms)
  line.close()

  const end = await finished(alice, conversation_id)
  const heard = plain(end.segments.map((it) => it.text).join(' '))
  for (const word of ['library', 'monday', 'children', 'station', 'weather', 'afternoon'])
    expect(heard.split(word).length, `${word}, once`).toBe(2)
  const { rows } = await app.database.pool.query('select * from recordings where conversation_id = $1', [
    conversation_id,
  ])
  expect(rows[0].duration_ms).toBe(sent_ms)
  const stored = await probe(join(app.dataDir, 'files', rows[0].storage_key))
  expect(stored.duration_ms).toBe(sent_ms)
}, 90_000)
