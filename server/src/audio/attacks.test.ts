import { existsSync } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bar } from '../../test/bar.ts'
import { dice } from '../../test/dice.ts'
import { ffmpeg, soundFolder } from '../../test/sounds.ts'
import { decode } from './decode.ts'
import { startTool } from './ffmpeg.ts'
import { probe } from './probe.ts'
import { type Confinement, confinement } from './sandbox.ts'

const strongest = await confinement()
let folder: Awaited<ReturnType<typeof soundFolder>>
let address: string
let canary: Buffer
let calls = 0
const server = createServer((_, answer) => {
  calls++
  answer.end()
})
const at = (name: string) => join(folder.path, name)
const levels: Confinement[] = ['limits', 'unshare', 'bubblewrap']

const heard = async (path: string, options: Parameters<typeof decode>[1] = {}) => {
  let samples = 0
  for await (const block of decode(path, options)) samples += block.length
  return samples
}

beforeAll(async () => {
  folder = await soundFolder()
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  await ffmpeg('-f', 'lavfi', '-i', 'sine=d=2', '-ar', '16000', at('canary.wav'))
  canary = await readFile(at('canary.wav'))
  await ffmpeg('-f', 'lavfi', '-i', 'sine=d=2', '-c:a', 'aac', at('plain.mov'))
})
afterAll(async () => {
  await new Promise((closed) => server.close(closed))
  await folder.remove()
})

/** A file that names another one, in the ways that players know. */
const playlists = (): Record<string, string> => ({
  hls: `#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n${at('canary.wav')}\n#EXTINF:2,\n${address}/canary\n#EXT-X-ENDLIST\n`,
  ffconcat: `ffconcat version 1.0\nfile '${at('canary.wav')}'\nfile '${address}/canary'\n`,
  dash: `<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"><Period><AdaptationSet mimeType="audio/mp4"><Representation id="1" bandwidth="1"><BaseURL>${address}/canary</BaseURL></Representation></AdaptationSet></Period></MPD>`,
  sdp: `v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nm=audio 5004 RTP/AVP 0\n`,
})

describe('a recording that names another file', () => {
  test.each(['hls', 'ffconcat', 'dash', 'sdp'])(
    '%s under an honest name is refused and nothing is opened',
    async (kind) => {
      for (const ending of ['wav', 'mp3', 'mp4']) {
        await writeFile(at(`evil.${ending}`), playlists()[kind]!)
        await expect(probe(at(`evil.${ending}`))).rejects.toMatchObject({ code: 'unsupported_type' })
        // The decoder holds on its own too, should a caller skip the probe.
        for (const level of levels)
          await expect(heard(at(`evil.${ending}`), { confinement: level })).rejects.toMatchObject({
            code: 'unprocessable_audio',
          })
      }
      expect(calls).toBe(0)
    },
  )

  test.each(['hls', 'ffconcat'])('%s behind the first bytes of a real recording is refused', async (kind) => {
    const id3 = Buffer.from('4944330300000000000a', 'hex')
    await writeFile(at('polyglot.mp3'), Buffer.concat([id3, Buffer.alloc(10), Buffer.from(playlists()[kind]!)]))
    await expect(probe(at('polyglot.mp3')).then(() => heard(at('polyglot.mp3')))).rejects.toMatchObject({
      name: 'Refusal',
    })
    expect(calls).toBe(0)
  })

  test('a film whose sound lies in another file brings none of it', async () => {
    const bytes = await readFile(at('plain.mov'))
    const dref = bytes.indexOf('dref')
    expect(dref).toBeGreaterThan(0)
    const evil = Buffer.from(bytes)
    // The self-reference flag goes, and the entry becomes a link to the canary.
    const entry = dref + 12
    evil.write('url ', entry + 4, 'latin1')
    evil.writeUInt32BE(0, entry + 8)
    await writeFile(at('evil.mov'), evil)
    for (const level of levels) {
      const outcome = await probe(at('evil.mov'), { confinement: level })
        .then(() => heard(at('evil.mov'), { confinement: level }))
        .catch((error: Error) => error.name)
      expect(outcome === 'Refusal' || outcome === (await heard(at('plain.mov')))).toBe(true)
    }
    expect(calls).toBe(0)
  })
})

describe('inside the decoder', () => {
  test('no secret is in its environment and its standard input is shut', async () => {
    process.env.MINA_CANARY = 'secret'
    const run = await startTool('ffmpeg', {
      input: at('canary.wav'),
      args: () => [
        '-v',
        'error',
        '-protocol_whitelist',
        'file,pipe',
        '-f',
        'data',
        '-i',
        '/proc/self/environ',
        '-map',
        '0',
        '-c',
        'copy',
        '-f',
        'data',
        'pipe:1',
      ],
      limits: { cpuSeconds: 5, outputBytes: 1 },
      confinement: 'limits',
    })
    let seen = ''
    for await (const chunk of run.stdout) seen += String(chunk)
    expect(seen).toContain('LC_ALL')
    expect(seen).not.toContain('secret')
    delete process.env.MINA_CANARY
  })

  test.runIf(strongest === 'bubblewrap')(
    'where bubblewrap works, neither other files nor the network are there',
    async () => {
      const tries = [
        ['-i', at('plain.mov')],
        ['-i', '/etc/passwd'],
        ['-i', `${address}/canary`],
      ]
      for (const source of tries) {
        const run = await startTool('ffmpeg', {
          input: at('canary.wav'),
          args: () => ['-v', 'error', ...source, '-c', 'copy', '-f', 'data', 'pipe:1'],
          limits: { cpuSeconds: 5, outputBytes: 1 },
        })
        let bytes = 0
        for await (const chunk of run.stdout) bytes += (chunk as Buffer).length
        expect([bytes, (await run.ended).code]).toEqual([0, expect.not.toBeOneOf([0])])
      }
      expect(calls).toBe(0)
    },
  )

  test.runIf(strongest === 'bubblewrap')(
    'where bubblewrap works, nothing is written but the named output',
    async () => {
      for (const target of [at('elsewhere.wav'), at('canary.wav'), '/tmp/mina-elsewhere.wav']) {
        const run = await startTool('ffmpeg', {
          input: at('canary.wav'),
          output: at('allowed.wav'),
          args: () => ['-v', 'error', '-y', '-f', 'lavfi', '-i', 'sine=d=1', '-f', 'wav', `file:${target}`],
          limits: { cpuSeconds: 5, outputBytes: 100_000 },
        })
        await run.ended
      }
      expect(existsSync(at('elsewhere.wav'))).toBe(false)
      expect(existsSync('/tmp/mina-elsewhere.wav')).toBe(false)
      expect((await readFile(at('canary.wav'))).equals(canary)).toBe(true)
    },
  )

  test('a file can not grow past its limit and its time is counted', async () => {
    const run = await startTool('ffmpeg', {
      input: at('canary.wav'),
      output: at('big.wav'),
      args: ({ output }) => ['-v', 'error', '-f', 'lavfi', '-i', 'anoisesrc', '-f', 'wav', `file:${output}`],
      limits: { cpuSeconds: 5, outputBytes: 100_000 },
      timeout: 20_000,
    })
    expect((await run.ended).code).not.toBe(0)
    expect((await readFile(at('big.wav'))).length).toBeLessThanOrEqual(100_000)
    const endless = await startTool('ffmpeg', {
      input: at('canary.wav'),
      args: () => ['-v', 'error', '-f', 'lavfi', '-i', 'anoisesrc', '-f', 'null', '-'],
      limits: { cpuSeconds: 1, outputBytes: 1 },
      timeout: 20_000,
    })
    expect(await endless.ended).toMatchObject({ timedOut: false })
    expect((await endless.ended).code).not.toBe(0)
  })
})

describe('recordings that never end', () => {
  test('ten hours of FLAC in a small file are too long, before and while decoding', async () => {
    await ffmpeg('-f', 'lavfi', '-i', 'anullsrc=r=8000:cl=mono', '-t', '600', at('ten.flac'))
    await ffmpeg('-stream_loop', '59', '-i', at('ten.flac'), '-c', 'copy', at('hours.flac'))
    // The copied header still says ten minutes: what it hides shows while decoding.
    await expect(heard(at('hours.flac'), { maxSeconds: 900 })).rejects.toMatchObject({ code: 'too_long' })
    const bytes = await readFile(at('hours.flac'))
    bytes.writeUInt32BE(36_000 * 8000, 22)
    await writeFile(at('honest.flac'), bytes)
    await expect(probe(at('honest.flac'), { maxSeconds: 3600 })).rejects.toMatchObject({ code: 'too_long' })
  })

  test('an Ogg that claims to be short is stopped at the cap, and one that claims to be endless is refused', async () => {
    await ffmpeg('-f', 'lavfi', '-i', 'sine=d=60', '-c:a', 'libopus', '-b:a', '8k', at('minute.ogg'))
    await expect(heard(at('minute.ogg'), { maxSeconds: 5 })).rejects.toMatchObject({ code: 'too_long' })
    const bytes = await readFile(at('minute.ogg'))
    const last = bytes.lastIndexOf('OggS')
    bytes.writeBigInt64LE(2n ** 50n, last + 6)
    await writeFile(at('endless.ogg'), bytes)
    const outcome = await probe(at('endless.ogg'), { maxSeconds: 3600 }).then(
      (it) => it.duration_ms,
      (error: { code: string }) => error.code,
    )
    expect(outcome === 'too_long' || Number(outcome) <= 3_600_000).toBe(true)
  })
})

test('mutated recordings end in an answer or a refusal, never in anything else', {
  timeout: bar.patience(300_000),
}, async () => {
  const next = dice(bar.seed)
  const random = (below: number) => Math.floor(next() * below)
  const seeds = await Promise.all(
    ['mp3', 'ogg', 'flac', 'm4a', 'webm'].map(async (ending) => {
      await ffmpeg(
        '-f',
        'lavfi',
        '-i',
        'sine=d=1',
        ...(ending === 'webm' ? ['-c:a', 'libopus'] : []),
        at(`seed.${ending}`),
      )
      return readFile(at(`seed.${ending}`))
    }),
  )
  const outcomes = new Set<string>()
  const mutants = Array.from({ length: bar.mutations }, (_, round) => {
    const bytes = Buffer.from(seeds[round % seeds.length]!)
    for (let edit = 0; edit < 1 + random(30); edit++) bytes[random(bytes.length)] = random(256)
    return bytes.subarray(0, 1 + random(bytes.length))
  })
  const tryNext = async (): Promise<void> => {
    const mutant = mutants.pop()
    if (!mutant) return
    const path = at(`mutant-${mutants.length}`)
    await writeFile(path, mutant)
    const outcome = await probe(path, { confinement: 'limits' })
      .then(() => heard(path, { confinement: 'limits', maxSeconds: 60 }))
      .then(
        () => 'heard',
        (error: Error) => error.name,
      )
    await rm(path)
    outcomes.add(outcome)
    return tryNext()
  }
  await Promise.all([tryNext(), tryNext()])
  expect([...outcomes].filter((outcome) => outcome !== 'heard' && outcome !== 'Refusal')).toEqual([])
  expect(outcomes.size).toBe(2)
})
