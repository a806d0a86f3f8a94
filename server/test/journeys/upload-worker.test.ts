import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { getCompleteness } from '@mina/contract'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startServer } from '../../src/composition/server.ts'
import { fakeRecogniser } from '../../src/speech/fake.ts'
import { type TestApp, testApp } from '../app.ts'
import { ended, idOf, opened, send } from '../recordings.ts'
import { ffmpeg, soundFolder } from '../sounds.ts'

let app: TestApp
let sounds: Awaited<ReturnType<typeof soundFolder>>
let worker: ChildProcess | undefined

beforeAll(async () => {
  sounds = await soundFolder()
  app = await testApp({ roles: ['web'], engines: [fakeRecogniser({ name: 'local' })] })
})
afterAll(async () => {
  worker?.kill('SIGKILL')
  await app.close()
  await sounds.remove()
})

test('work of a killed worker goes on elsewhere, from where it was, and nothing is doubled', {
  timeout: 90_000,
}, async () => {
  const path = join(sounds.path, 'tone.wav')
  await ffmpeg('-f', 'lavfi', '-i', 'sine=d=20', '-ar', '16000', path)
  const alice = await app.person()
  worker = fork(join(import.meta.dirname, 'slow-worker.ts'), {
    env: { ...process.env, MINA_DATA_DIR: app.dataDir, DATABASE_URL: app.database.url, LOG_LEVEL: 'silent', PORT: '0' },
    execArgv: [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  await once(worker, 'message')
  const id = await idOf(await send(alice, new Uint8Array(await readFile(path)), 'tone.wav'))
  await vi.waitFor(async () => expect((await opened(alice, id)).segments.length).toBeGreaterThan(4), {
    timeout: 20_000,
    interval: 100,
  })
  const engine = fakeRecogniser({
    name: 'local',
    transcripts: ({ duration_ms }) => ({
      utterances: [{ start_ms: 0, end_ms: duration_ms, text: 'the rest', confidence: null }],
    }),
  })
  const second = await startServer(app.config, ['worker'], { engines: [engine] })
  try {
    worker.kill('SIGKILL')
    await once(worker, 'exit')
    const killed = Date.now()
    const before = (await opened(alice, id)).segments

    const { conversation, segments } = await ended(alice, id)
    expect(conversation).toMatchObject({ status: 'final', duration_s: 20 })
    expect(Date.now() - killed).toBeLessThan(30_000)
    expect(segments.slice(0, before.length)).toEqual(before)
    for (const [at, segment] of segments.entries())
      expect([segment.idx, segment.start_ms]).toEqual([at, segments[at - 1]?.end_ms ?? 0])
    expect(segments.at(-1)).toMatchObject({ text: 'the rest', end_ms: 20_000 })
    // The second worker heard only what the first had not.
    expect(engine.calls[0]?.recording.duration_ms).toBe(20_000 - (segments.at(-1)?.start_ms ?? 0))
    const { totals } = await alice.call(getCompleteness, { params: { id } })
    expect(totals).toEqual({ transcribed: 20_000, silent: 0, pending: 0, failed: 0 })
  } finally {
    await second.stop()
  }
})
