import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ffmpeg, soundFolder } from '../../test/sounds.ts'
import { cut, quietParts } from './cut.ts'
import { decode } from './decode.ts'
import { encode } from './encode.ts'
import { createLeveller } from './level.ts'
import { peaks } from './peaks.ts'
import { probe } from './probe.ts'
import { createResampler } from './resample.ts'
import { readWav, wavBytes, writeWav } from './wav.ts'

let folder: Awaited<ReturnType<typeof soundFolder>>
const at = (name: string) => join(folder.path, name)
const all = async (blocks: AsyncIterable<Int16Array>) => {
  const parts: Int16Array[] = []
  for await (const block of blocks) parts.push(block)
  const whole = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0))
  let position = 0
  for (const part of parts) {
    whole.set(part, position)
    position += part.length
  }
  return whole
}
const loudness = (pcm: Int16Array) => Math.sqrt(pcm.reduce((sum, it) => sum + it * it, 0) / pcm.length)
const tone = (seconds: number, height = 8000, pitch = 440, rate = 16_000) =>
  Int16Array.from({ length: seconds * rate }, (_, index) => height * Math.sin((2 * Math.PI * pitch * index) / rate))

beforeAll(async () => {
  folder = await soundFolder()
  // Left: a tone for three seconds; right: silence, then a tone from the second second on.
  const left = 'sine=f=440:d=3'
  const right = 'sine=f=880:d=3,volume=enable=lt(t\\,2):volume=0'
  await ffmpeg(
    ...['-f', 'lavfi', '-i', left, '-f', 'lavfi', '-i', right],
    ...['-filter_complex', 'amerge=inputs=2', at('stereo.wav')],
  )
})
afterAll(() => folder.remove())

describe('what a file is', () => {
  const kinds: [string, string[], string][] = [
    ['a.mp3', [], 'mp3'],
    ['a.wav', [], 'wav'],
    ['a.m4a', [], 'm4a'],
    ['a.mov', ['-c:a', 'aac'], 'mov'],
    ['a.webm', ['-c:a', 'libopus'], 'webm'],
    ['a.mkv', ['-c:a', 'aac'], 'mkv'],
    ['a.ogg', ['-c:a', 'libvorbis'], 'ogg'],
    ['a.opus', ['-c:a', 'libopus'], 'opus'],
    ['a.aac', [], 'aac'],
    ['a.flac', [], 'flac'],
  ]
  test.each(kinds)('%s is read whatever its name says', async (name, args, ending) => {
    await ffmpeg('-i', at('stereo.wav'), ...args, at(name))
    await writeFile(at('unnamed.exe'), await readFile(at(name)))
    const it = await probe(at('unnamed.exe'))
    expect(it).toMatchObject({ ending, channels: 2, has_video: false })
    expect(Math.abs(it.duration_ms - 3000)).toBeLessThan(150)
    const pcm = await all(decode(at('unnamed.exe')))
    expect(Math.abs(pcm.length / 16 - 3000)).toBeLessThan(150)
  })

  test.each([
    ['of a browser', 'live.webm', ['-c:a', 'libopus', '-f', 'webm', '-live', '1']],
    ['of AAC without a container', 'half.aac', ['-c:a', 'aac']],
    ['of MP3 with a changing bitrate and no index', 'half.mp3', ['-q:a', '2', '-write_xing', '0']],
  ])('the length of a recording %s is measured, not guessed', async (_, name, args) => {
    // Silence after sound: what guesses by the bitrate of the beginning is far off.
    await ffmpeg('-i', at('stereo.wav'), '-af', 'apad=pad_dur=27', ...args, at(name))
    expect(Math.abs((await probe(at(name))).duration_ms - 30_000)).toBeLessThan(200)
    await expect(probe(at(name), { maxSeconds: 20 })).rejects.toMatchObject({ code: 'too_long' })
  })

  test('a film is known by its sound and a cover picture is no film', async () => {
    await ffmpeg('-f', 'lavfi', '-i', 'color=s=64x64:d=1', '-i', at('stereo.wav'), '-shortest', at('film.mp4'))
    expect(await probe(at('film.mp4'))).toMatchObject({ ending: 'mp4', has_video: true })
  })

  test('no audio track, nothing inside, text, encryption and too long are told apart', async () => {
    await ffmpeg('-f', 'lavfi', '-i', 'color=s=64x64:d=1', at('mute.mp4'))
    await expect(probe(at('mute.mp4'))).rejects.toMatchObject({
      code: 'unprocessable_audio',
      message: expect.stringContaining('no audio track'),
    })
    await writeFile(at('empty.mp3'), '')
    await expect(probe(at('empty.mp3'))).rejects.toMatchObject({
      code: 'unprocessable_audio',
      message: expect.stringContaining('empty'),
    })
    await writeFile(at('text.mp3'), '<html><script>alert(1)</script>')
    await expect(probe(at('text.mp3'))).rejects.toMatchObject({ code: 'unsupported_type' })
    const key = '76a6c65c5ea762046bd749a2e632ccbb'
    const lock = ['-encryption_scheme', 'cenc-aes-ctr', '-encryption_key', key, '-encryption_kid', key]
    await ffmpeg('-i', at('stereo.wav'), '-c:a', 'aac', ...lock, at('locked.mp4'))
    await expect(probe(at('locked.mp4'))).rejects.toMatchObject({
      code: 'unprocessable_audio',
      message: expect.stringContaining('encrypted'),
    })
    await expect(probe(at('stereo.wav'), { maxSeconds: 2 })).rejects.toMatchObject({ code: 'too_long' })
  })
})

describe('decoding', () => {
  test('one channel alone, a stretch alone', async () => {
    const left = await all(decode(at('stereo.wav'), { channel: 0 }))
    const right = await all(decode(at('stereo.wav'), { channel: 1 }))
    expect(left.length).toBe(48_000)
    expect(loudness(left.subarray(0, 30_000))).toBeGreaterThan(1000)
    expect(loudness(right.subarray(0, 30_000))).toBeLessThan(10)
    expect(loudness(right.subarray(33_000))).toBeGreaterThan(1000)
    const stretch = await all(decode(at('stereo.wav'), { channel: 1, from_ms: 1500, to_ms: 2500 }))
    expect(stretch.length).toBe(16_000)
    expect(loudness(stretch.subarray(0, 7000))).toBeLessThan(10)
    expect(loudness(stretch.subarray(9000))).toBeGreaterThan(1000)
  })

  test('stops at once when it is called off', async () => {
    await ffmpeg('-f', 'lavfi', '-i', 'anullsrc=r=8000:cl=mono', '-t', '3600', at('hour.flac'))
    const stop = new AbortController()
    const blocks = decode(at('hour.flac'), { signal: stop.signal })
    await blocks.next()
    stop.abort()
    const began = performance.now()
    await expect(all(blocks)).rejects.toThrow()
    expect(performance.now() - began).toBeLessThan(3000)
  })

  test('peaks follow the sound', async () => {
    const { step_ms, values } = await peaks(at('stereo.wav'), { duration_ms: 3000, pairs: 30, channel: 1 })
    expect(step_ms).toBe(100)
    expect(values.length).toBe(60)
    expect(Math.max(...values.slice(0, 38))).toBeLessThan(2)
    expect(Math.max(...values.slice(42))).toBeGreaterThan(8)
  })

  test('parts are cut where it is quiet and leave nothing out', async () => {
    await writeWav(at('gaps.wav'), [tone(4), new Int16Array(8000), tone(4), new Int16Array(8000), tone(4)])
    const parts = await quietParts(at('gaps.wav'), { maxPartSeconds: 5 })
    expect(parts.map((part) => part.start_ms)).toEqual([0, ...parts.slice(0, -1).map((part) => part.end_ms)])
    expect(parts.at(-1)?.end_ms).toBe(13_000)
    expect(parts[0]!.end_ms).toBeGreaterThan(4000)
    expect(parts[0]!.end_ms).toBeLessThan(4500)
    expect(parts.every((part) => part.end_ms - part.start_ms <= 5000)).toBe(true)
  })

  test.each(['mp3', 'flac', 'wav', 'ogg', 'm4a'] as const)('a part becomes a %s file of its own', async (format) => {
    await cut(at('stereo.wav'), at(`part.${format}`), { format, start_ms: 1000, end_ms: 2500 })
    const it = await probe(at(`part.${format}`))
    expect(it.channels).toBe(1)
    expect(Math.abs(it.duration_ms - 1500)).toBeLessThan(120)
    expect((await stat(at(`part.${format}`))).size).toBeGreaterThan(100)
  })

  test.each(['ogg', 'mp3', 'flac'] as const)('samples become %s as they come', async (format) => {
    const stream = await encode([tone(1), tone(1)], format)
    const bytes: Buffer[] = []
    for await (const chunk of stream) bytes.push(chunk as Buffer)
    await writeFile(at(`made.${format}`), Buffer.concat(bytes))
    expect(Math.abs((await all(decode(at(`made.${format}`)))).length - 32_000)).toBeLessThan(2500)
  })
})

describe('samples', () => {
  test('WAV goes out and comes back the same', () => {
    fc.assert(
      fc.property(fc.int16Array({ maxLength: 200 }), fc.constantFrom(8000, 16_000, 48_000), (samples, rate) => {
        expect(readWav(wavBytes(samples, rate))).toEqual({ rate, channels: 1, samples })
      }),
    )
  })
  test('reading WAV never throws on rubbish', () => {
    const seed = wavBytes(tone(0.01))
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(seed.length - 1), fc.nat(255)), { maxLength: 8 }),
        fc.nat(seed.length),
        (edits, length) => {
          const bytes = Buffer.from(seed)
          for (const [position, value] of edits) bytes[position] = value
          readWav(bytes.subarray(0, length))
        },
      ),
    )
  })
  test('a quiet recording is lifted to speaking level, a loud one is left as it is', () => {
    const quiet = createLeveller()
    const blocks = [tone(2, 80), tone(2, 80)].map((block) => quiet.level(block))
    expect(loudness(blocks[1]!)).toBeGreaterThan(loudness(tone(2, 80)) * 50)
    expect(Math.max(...blocks[1]!)).toBeLessThan(32767)
    const loud = tone(2, 20_000)
    expect(createLeveller().level(loud)).toBe(loud)
  })
  test.each([8000, 11_025, 22_050, 44_100, 48_000])('%i Hz keeps its pitch and length at 16 kHz', (rate) => {
    const resampler = createResampler(rate, 16_000)
    const source = tone(1, 8000, 440, rate)
    const out: number[] = []
    for (let start = 0; start < source.length; start += 777)
      out.push(...resampler.push(source.subarray(start, start + 777)))
    expect(Math.abs(out.length - 16_000)).toBeLessThan(80)
    let crossings = 0
    for (let index = 1; index < out.length; index++) if (out[index - 1]! < 0 && out[index]! >= 0) crossings++
    expect(Math.abs(crossings - 440)).toBeLessThan(5)
    expect(loudness(Int16Array.from(out.slice(500, -500)))).toBeCloseTo(8000 / Math.SQRT2, -2)
  })
})
