import { open } from 'node:fs/promises'

/** The header of a 16-bit PCM WAV file with so many bytes of samples. */
export function wavHeader(bytes: number, rate = 16_000, channels = 1): Buffer {
  const header = Buffer.alloc(44)
  header.write('RIFF', 0, 'latin1')
  header.writeUInt32LE(Math.min(0xffffffff, 36 + bytes), 4)
  header.write('WAVEfmt ', 8, 'latin1')
  header.writeUInt32LE(16, 16)
  header.writeUInt16LE(1, 20)
  header.writeUInt16LE(channels, 22)
  header.writeUInt32LE(rate, 24)
  header.writeUInt32LE(rate * channels * 2, 28)
  header.writeUInt16LE(channels * 2, 32)
  header.writeUInt16LE(16, 34)
  header.write('data', 36, 'latin1')
  header.writeUInt32LE(Math.min(0xffffffff, bytes), 40)
  return header
}

export const bytesOf = (pcm: Int16Array): Buffer => Buffer.from(pcm.buffer, pcm.byteOffset, pcm.byteLength)

/** Samples out of little-endian bytes; an odd last byte is dropped. */
export function samplesOf(bytes: Uint8Array): Int16Array {
  const samples = new Int16Array(bytes.length >> 1)
  Buffer.from(samples.buffer).set(bytes.subarray(0, samples.length * 2))
  return samples
}

export const wavBytes = (pcm: Int16Array, rate = 16_000): Buffer =>
  Buffer.concat([wavHeader(pcm.byteLength, rate), bytesOf(pcm)])

/** Writes samples as they come, so that hours need no memory; the header is completed at the end. */
export async function writeWav(path: string, blocks: AsyncIterable<Int16Array> | Iterable<Int16Array>, rate = 16_000) {
  const file = await open(path, 'w')
  try {
    let bytes = 0
    await file.write(wavHeader(0, rate), 0, 44, 0)
    for await (const block of blocks) {
      const { bytesWritten } = await file.write(bytesOf(block), 0, block.byteLength, 44 + bytes)
      bytes += bytesWritten
    }
    await file.write(wavHeader(bytes, rate), 0, 44, 0)
    return { samples: bytes / 2, duration_ms: Math.round((bytes / 2 / rate) * 1000) }
  } finally {
    await file.close()
  }
}

export interface Wav {
  rate: number
  channels: number
  samples: Int16Array
}

/** Reads a 16-bit PCM WAV held in memory; null for anything else. A data length that overstates is clamped to what is there. */
export function readWav(bytes: Uint8Array): Wav | null {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.length < 12 || view.toString('latin1', 0, 4) !== 'RIFF' || view.toString('latin1', 8, 12) !== 'WAVE')
    return null
  let format: { rate: number; channels: number } | undefined
  for (let at = 12; at + 8 <= view.length; ) {
    const name = view.toString('latin1', at, at + 4)
    const length = view.readUInt32LE(at + 4)
    const body = at + 8
    if (name === 'fmt ' && body + 16 <= view.length) {
      if (view.readUInt16LE(body) !== 1 || view.readUInt16LE(body + 14) !== 16) return null
      format = { rate: view.readUInt32LE(body + 4), channels: view.readUInt16LE(body + 2) }
    }
    if (name === 'data') {
      if (!format || format.channels === 0 || format.rate === 0) return null
      return { ...format, samples: samplesOf(view.subarray(body, Math.min(view.length, body + length))) }
    }
    at = body + length + (length & 1)
  }
  return null
}
