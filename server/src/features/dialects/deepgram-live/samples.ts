import { startTool } from '../../../audio/ffmpeg.ts'
import { samplesOf } from '../../../audio/wav.ts'
import type { ListenOptions } from './options.ts'

/** Turns what a client sends into 16-bit mono samples, in the order it came. */
export interface Samples {
  write(bytes: Buffer): void
  /** Resolves when all that was written has come out. */
  end(): Promise<void>
  close(): void
}

const CONTAINER_RATE = 16_000
/** Live containers that need no seeking. */
const CONTAINERS = 'ogg,matroska,webm,flac,mp3,wav,aac'
/** More than this before the decoder takes it: the client sends faster than anybody can listen. */
const MOST_WAITING = 8 * 1_048_576

const muLaw = Int16Array.from({ length: 256 }, (_, code) => {
  const bits = ~code & 0xff
  const magnitude = ((((bits & 0x0f) << 3) + 0x84) << ((bits >> 4) & 7)) - 0x84
  return bits & 0x80 ? -magnitude : magnitude
})
const aLaw = Int16Array.from({ length: 256 }, (_, code) => {
  const bits = code ^ 0x55
  const exponent = (bits >> 4) & 7
  const mantissa = ((bits & 0x0f) << 4) + 8
  const magnitude = exponent === 0 ? mantissa : (mantissa + 0x100) << (exponent - 1)
  return bits & 0x80 ? magnitude : -magnitude
})

function mono(samples: Int16Array, channels: number): Int16Array {
  if (channels === 1) return samples
  return Int16Array.from({ length: Math.floor(samples.length / channels) }, (_, at) => {
    let sum = 0
    for (let channel = 0; channel < channels; channel += 1) sum += samples[at * channels + channel]!
    return Math.round(sum / channels)
  })
}

const isRaw = ({ encoding }: ListenOptions) => ['linear16', 'mulaw', 'alaw'].includes(encoding ?? '')

/** Samples a second that come out: as many as went in, or what the decoder is told to make of a container. */
export const rateOf = (options: ListenOptions) => (isRaw(options) ? options.sample_rate : CONTAINER_RATE)

interface SamplesOptions {
  onSamples: (samples: Int16Array) => void
  onBroken: () => void
}

/** Raw samples as they are; a container, told by its first bytes or by name, through the confined decoder. */
export function openSamples(options: ListenOptions, { onSamples, onBroken }: SamplesOptions): Samples {
  const { encoding, channels } = options
  if (!isRaw(options)) return contained(onSamples, onBroken)
  if (encoding === 'linear16') return raw(2 * channels, (it) => onSamples(mono(samplesOf(it), channels)))
  if (encoding === 'mulaw' || encoding === 'alaw') {
    const table = encoding === 'mulaw' ? muLaw : aLaw
    return raw(channels, (it) =>
      onSamples(
        mono(
          Int16Array.from(it, (code) => table[code]!),
          channels,
        ),
      ),
    )
  }
  return contained(onSamples, onBroken)
}

function raw(frame: number, take: (bytes: Buffer) => void): Samples {
  let rest: Buffer = Buffer.alloc(0)
  return {
    write(bytes) {
      const all = rest.length > 0 ? Buffer.concat([rest, bytes]) : bytes
      const whole = all.length - (all.length % frame)
      rest = Buffer.from(all.subarray(whole))
      if (whole > 0) take(all.subarray(0, whole))
    },
    end: async () => {},
    close: () => {},
  }
}

function contained(onSamples: (samples: Int16Array) => void, onBroken: () => void): Samples {
  let came = 0
  let closed = false
  const tool = startTool('ffmpeg', {
    input: '/dev/null',
    feeds: true,
    args: () => [
      ...['-nostdin', '-v', 'error', '-threads', '1', '-fflags', 'nobuffer', '-probesize', '4096'],
      ...['-analyzeduration', '0', '-protocol_whitelist', 'pipe', '-format_whitelist', CONTAINERS],
      ...['-i', 'pipe:0', '-map', '0:a:0', '-vn', '-ac', '1', '-ar', String(CONTAINER_RATE)],
      ...['-f', 's16le', '-flush_packets', '1', 'pipe:1'],
    ],
    limits: { cpuSeconds: 3_600, outputBytes: 1 },
  })
  tool.catch(() => onBroken())
  const reading = tool.then(async ({ stdout, ended }) => {
    let odd: Buffer = Buffer.alloc(0)
    for await (const chunk of stdout as AsyncIterable<Buffer>) {
      const bytes = odd.length > 0 ? Buffer.concat([odd, chunk]) : chunk
      const whole = bytes.length - (bytes.length % 2)
      odd = Buffer.from(bytes.subarray(whole))
      came += whole
      if (whole > 0) onSamples(samplesOf(bytes.subarray(0, whole)))
    }
    const { code } = await ended
    if (!closed && (code !== 0 || came === 0)) onBroken()
  })
  reading.catch(() => {})
  return {
    write(bytes) {
      void tool.then(({ stdin }) => {
        if (!stdin || stdin.destroyed) return
        if (stdin.writableLength > MOST_WAITING) return onBroken()
        stdin.write(bytes)
      })
    },
    async end() {
      const { stdin } = await tool
      stdin?.end()
      await reading
    },
    close() {
      closed = true
      void tool.then(({ kill }) => kill()).catch(() => {})
    },
  }
}
