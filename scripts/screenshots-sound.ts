import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bytesOf, readWav, samplesOf, wavBytes } from '../server/src/audio/wav.ts'
import type { Seed } from './screenshots-seed.ts'

const voices = ['en-us+f3', 'en-gb', 'en-gb-scotland+f2', 'en-us+m7']
/** What espeak-ng writes. */
const rate = 22_050
const pause = new Int16Array(0.7 * rate)

const millis = (samples: number) => Math.round((samples / rate) * 1000)

/** Says the lines, each speaker in a voice of their own, and tells when each line is heard. */
export async function sayAll(said: Seed['said']) {
  const folder = await mkdtemp(join(tmpdir(), 'mina-said-'))
  const speakers = [...new Set(said.map(([speaker]) => speaker))]
  const pieces: Int16Array[] = []
  const times: { start_ms: number; end_ms: number }[] = []
  let at = 0
  for (const [speaker, text] of said) {
    const path = join(folder, 'line.wav')
    const voice = voices[speakers.indexOf(speaker) % voices.length] ?? 'en-us'
    execFileSync('espeak-ng', ['-v', voice, '-s', '165', '-w', path, text])
    const line = readWav(await readFile(path))?.samples ?? new Int16Array(0)
    times.push({ start_ms: millis(at), end_ms: millis(at + line.length) })
    pieces.push(line, pause)
    at += line.length + pause.length
  }
  await rm(folder, { recursive: true })
  return { wav: wavBytes(samplesOf(Buffer.concat(pieces.map(bytesOf))), rate), times }
}
