import { execFile } from 'node:child_process'
import { readFile, stat } from 'node:fs/promises'
import { promisify } from 'node:util'
import type { HeardUtterance } from './speech.ts'

const run = promisify(execFile)
const rate = 16_000
const frame = rate / 50

const loudness = (samples: Int16Array, at: number) => {
  let sum = 0
  for (let index = at; index < at + frame && index < samples.length; index++) sum += Math.abs(samples[index]!)
  return sum / frame
}

/** Cuts a test recording (a plain 16 kHz wave of tones and silences) by the real ffmpeg. */
export const toneAudio = {
  async quietParts(path: string, { maxPartSeconds }: { maxPartSeconds: number }) {
    const wave = await readFile(path)
    const samples = new Int16Array(new Uint8Array(wave.subarray(44)).buffer)
    const parts: { start_ms: number; end_ms: number }[] = []
    let start = 0
    while (samples.length - start > maxPartSeconds * rate) {
      let end = start + maxPartSeconds * rate
      while (loudness(samples, end) > 100 || loudness(samples, end - frame) > 100) end -= frame
      parts.push({ start_ms: start / 16, end_ms: end / 16 })
      start = end
    }
    return [...parts, { start_ms: start / 16, end_ms: samples.length / 16 }]
  },
  async cut(path: string, output: string, { start_ms, end_ms }: { start_ms: number; end_ms: number }) {
    const span = ['-ss', String(start_ms / 1000), '-t', String((end_ms - start_ms) / 1000)]
    await run('ffmpeg', ['-nostdin', '-v', 'error', ...span, '-i', path, '-ac', '1', '-b:a', '64k', output])
    return { size: (await stat(output)).size }
  },
}

/** A recogniser of tones: every stretch of one pitch is an utterance, so the times of a stitched transcript can be checked. */
export async function hearTones(file: File): Promise<HeardUtterance[]> {
  const decoding = run(
    'ffmpeg',
    ['-nostdin', '-v', 'error', '-i', 'pipe:0', '-f', 's16le', '-ar', String(rate), '-ac', '1', 'pipe:1'],
    {
      encoding: 'buffer',
      maxBuffer: 100_000_000,
    },
  )
  decoding.child.stdin?.end(Buffer.from(await file.arrayBuffer()))
  const { stdout } = await decoding
  const samples = new Int16Array(new Uint8Array(stdout).buffer)
  const heard: HeardUtterance[] = []
  let since: number | null = null
  for (let at = 0; at <= samples.length; at += frame) {
    const loud = at + frame <= samples.length && loudness(samples, at) > 1000
    if (loud) since ??= at
    else if (since !== null) {
      if (at - since > rate / 5)
        heard.push({ start: since / rate, end: at / rate, text: `tone ${pitch(samples, since, at)}`, speaker: 0 })
      since = null
    }
  }
  return heard
}

function pitch(samples: Int16Array, from: number, to: number): number {
  const left = Math.round(from + (to - from) / 4)
  const right = Math.round(to - (to - from) / 4)
  let crossings = 0
  for (let at = left + 1; at < right; at++) if (samples[at - 1]! < 0 && samples[at]! >= 0) crossings++
  return Math.round((crossings * rate) / (right - left) / 100) * 100
}
