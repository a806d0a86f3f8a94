import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Seed } from './screenshots-seed.ts'

const voices = ['en-us+f3', 'en-gb', 'en-gb-scotland+f2', 'en-us+m7']
/** What espeak-ng writes: one channel of 16 bits, after a header of this length. */
const rate = 22_050
const headerBytes = 44
const pauseMs = 700

const millis = (bytes: number) => Math.round((bytes / 2 / rate) * 1000)

function withHeader(sound: Buffer) {
  const header = Buffer.alloc(headerBytes)
  header.write('RIFF', 0)
  header.writeUInt32LE(headerBytes - 8 + sound.length, 4)
  header.write('WAVEfmt ', 8)
  header.writeUInt32LE(16, 16)
  header.writeUInt16LE(1, 20)
  header.writeUInt16LE(1, 22)
  header.writeUInt32LE(rate, 24)
  header.writeUInt32LE(rate * 2, 28)
  header.writeUInt16LE(2, 32)
  header.writeUInt16LE(16, 34)
  header.write('data', 36)
  header.writeUInt32LE(sound.length, 40)
  return Buffer.concat([header, sound])
}

/** Says the lines, each speaker in a voice of their own, and tells when each line is heard. */
export async function sayAll(said: Seed['said']) {
  const folder = await mkdtemp(join(tmpdir(), 'mina-said-'))
  const speakers = [...new Set(said.map(([speaker]) => speaker))]
  const pause = Buffer.alloc(Math.round((pauseMs / 1000) * rate) * 2)
  const pieces: Buffer[] = []
  const times: { start_ms: number; end_ms: number }[] = []
  let at = 0
  for (const [speaker, text] of said) {
    const path = join(folder, 'line.wav')
    const voice = voices[speakers.indexOf(speaker) % voices.length] ?? 'en-us'
    execFileSync('espeak-ng', ['-v', voice, '-s', '165', '-w', path, text])
    const line = (await readFile(path)).subarray(headerBytes)
    times.push({ start_ms: millis(at), end_ms: millis(at + line.length) })
    pieces.push(line, pause)
    at += line.length + pause.length
  }
  await rm(folder, { recursive: true })
  return { wav: withHeader(Buffer.concat(pieces)), times }
}
