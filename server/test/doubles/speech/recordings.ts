import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Recording } from '../../../src/speech/port.ts'

export interface Stretch {
  seconds: number
  /** 0 is silence. */
  hertz: number
}

/** Tones and silences: doubles do not listen, and where a tone begins and ends is known to the sample. */
export function samplesOf(stretches: readonly Stretch[], rate = 16_000): Int16Array {
  const parts = stretches.map(({ seconds, hertz }) =>
    Int16Array.from({ length: Math.round(seconds * rate) }, (_, index) =>
      hertz === 0 ? 0 : Math.round(12_000 * Math.sin((2 * Math.PI * hertz * index) / rate)),
    ),
  )
  const all = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

export function waveOf(samples: Int16Array, rate = 16_000, channels = 1): Buffer {
  const header = Buffer.alloc(44)
  header.write('RIFF', 0)
  header.writeUInt32LE(36 + samples.byteLength, 4)
  header.write('WAVEfmt ', 8)
  header.writeUInt32LE(16, 16)
  header.writeUInt16LE(1, 20)
  header.writeUInt16LE(channels, 22)
  header.writeUInt32LE(rate, 24)
  header.writeUInt32LE(rate * 2 * channels, 28)
  header.writeUInt16LE(2 * channels, 32)
  header.writeUInt16LE(16, 34)
  header.write('data', 36)
  header.writeUInt32LE(samples.byteLength, 40)
  return Buffer.concat([header, Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength)])
}

export async function waveRecording(folder: string, samples: Int16Array, channels = 1): Promise<Recording> {
  const path = join(folder, `recording-${samples.length}-${channels}.wav`)
  const wave = waveOf(samples, 16_000, channels)
  await writeFile(path, wave)
  return {
    path,
    name: 'recording.wav',
    size: wave.length,
    channels,
    duration_ms: Math.round(samples.length / channels / 16),
  }
}

export const fiveSeconds = () => samplesOf([{ seconds: 5, hertz: 220 }])
