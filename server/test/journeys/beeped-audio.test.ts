import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { editSegment } from '@mina/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SpeechError } from '../../src/speech/errors.ts'
import { fakeRecogniser } from '../../src/speech/fake.ts'
import { type TestApp, type TestPerson, testApp } from '../app.ts'
import { ended, idOf, opened, send } from '../recordings.ts'
import { soundFolder, speak } from '../sounds.ts'

const MAIL = { start_ms: 800, end_ms: 1_500 }
const words = [
  { text: 'Write', start_ms: 100, end_ms: 400, confidence: null },
  { text: 'to', start_ms: 420, end_ms: 760, confidence: null },
  { text: 'ada@example.org', ...MAIL, confidence: null },
  { text: 'today', start_ms: 1_700, end_ms: 1_900, confidence: null },
]
const utterance = { start_ms: 100, end_ms: 1_900, text: 'Write to ada@example.org today', confidence: null }

let app: TestApp
let alice: TestPerson
let sounds: Awaited<ReturnType<typeof soundFolder>>
let path: string

beforeAll(async () => {
  sounds = await soundFolder()
  const engine = fakeRecogniser({
    name: 'local',
    transcripts: [
      { utterances: [{ ...utterance, words }] },
      { utterances: [{ ...utterance, words, wordsEstimated: true }] },
      { utterances: [utterance] },
      new SpeechError('local', 'unprocessable_audio', 'There is no speech in this.'),
    ],
  })
  app = await testApp({ engines: [engine] })
  alice = await app.person()
  path = await speak(join(sounds.path, 'mail.wav'), {
    text: 'Please write to all of them about the tide tables today.',
  })
})
afterAll(async () => {
  await app.close()
  await sounds.remove()
})

const uploaded = async () => {
  const id = await idOf(await send(alice, path, 'Ada.wav'))
  await ended(alice, id)
  return id
}
const beepedOf = (id: string, headers: Record<string, string> = {}) =>
  alice.raw(`/api/conversations/${id}/audio?beep=pii`, { headers })

const run = promisify(execFile)
async function samplesOf(file: string): Promise<Int16Array> {
  const args = ['-nostdin', '-v', 'error', '-i', file, '-ac', '1', '-ar', '16000', '-f', 's16le', 'pipe:1']
  const { stdout } = await run('ffmpeg', args, { encoding: 'buffer', maxBuffer: 10_000_000 })
  return new Int16Array(new Uint8Array(stdout).buffer)
}

/** How much of a stretch is a tone of 1 kHz, 0 to 1. */
function toneIn(samples: Int16Array, from_ms: number, to_ms: number): number {
  const part = samples.subarray(from_ms * 16, to_ms * 16)
  let [sine, cosine, all] = [0, 0, 0]
  for (const [at, sample] of part.entries()) {
    sine += sample * Math.sin((2 * Math.PI * at) / 16)
    cosine += sample * Math.cos((2 * Math.PI * at) / 16)
    all += sample * sample
  }
  return (2 * (sine * sine + cosine * cosine)) / (part.length * Math.max(1, all))
}

async function heardOf(id: string) {
  const answer = await beepedOf(id)
  expect(answer.status).toBe(200)
  const file = join(sounds.path, `${id}.mp3`)
  await writeFile(file, Buffer.from(await answer.arrayBuffer()))
  return { answer, samples: await samplesOf(file) }
}

test('personal data is beeped where its words are, the rest stays, and the length with it', async () => {
  const id = await uploaded()
  const { answer, samples } = await heardOf(id)
  expect(answer.headers.get('content-type')).toBe('audio/mpeg')
  expect(answer.headers.get('content-disposition')).not.toMatch(/ada/i)
  const original = await samplesOf(path)
  expect(Math.abs(samples.length - original.length)).toBeLessThan(16 * 200)
  // The encoder's own delay is below a tenth of a second.
  expect(toneIn(samples, MAIL.start_ms + 100, MAIL.end_ms - 50)).toBeGreaterThan(0.9)
  expect(toneIn(original, MAIL.start_ms + 100, MAIL.end_ms - 50)).toBeLessThan(0.3)
  for (const [from, to] of [
    [100, 600],
    [1_700, 2_200],
  ] as const)
    expect(toneIn(samples, from, to)).toBeLessThan(0.3)

  const etag = answer.headers.get('etag') ?? ''
  expect((await beepedOf(id, { 'if-none-match': etag })).status).toBe(304)
  expect((await beepedOf(id, { range: 'bytes=0-9' })).status).toBe(206)

  const [segment] = (await opened(alice, id)).segments
  const text = 'Write to Doctor Bloom, to ada@example.org today'
  await alice.call(editSegment, { params: { id, sid: segment!.id }, body: { text } })
  expect((await beepedOf(id)).headers.get('etag')).not.toBe(etag)
})

test('estimated words are beeped with a margin, a text without word times as a whole', async () => {
  const estimated = await heardOf(await uploaded())
  expect(toneIn(estimated.samples, 500, 1_700)).toBeGreaterThan(0.9)
  const whole = await heardOf(await uploaded())
  expect(toneIn(whole.samples, 200, 1_800)).toBeGreaterThan(0.9)
  expect(toneIn(whole.samples, 2_100, 2_500)).toBeLessThan(0.3)

  const id = await uploaded()
  // Its transcript failed, so nobody knows what is private in it.
  expect((await beepedOf(id)).status).toBe(409)
})
