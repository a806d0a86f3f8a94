import { Refusal } from '../platform/refusal.ts'
import { startTool } from './ffmpeg.ts'
import { containers } from './formats.ts'
import type { Confinement } from './sandbox.ts'

/** What every recogniser here hears: 16-bit mono at this rate. */
export const sampleRate = 16_000

export interface DecodeOptions {
  /** One channel of the recording alone, counted from 0; without it all are mixed to one. */
  channel?: number
  from_ms?: number
  to_ms?: number
  maxSeconds?: number
  signal?: AbortSignal
  confinement?: Confinement
}

const twelveHours = 12 * 3600

/** No output for this long while we wait for it: the decoder hangs. */
const silentFor = 60_000

/**
 * The recording as 16 kHz mono samples, block by block as they are asked for: a slow reader slows the decoder, so memory does not grow
 * with the recording's length.
 */
export async function* decode(path: string, options: DecodeOptions = {}): AsyncGenerator<Int16Array> {
  const maxSeconds = options.maxSeconds ?? twelveHours
  const from = (options.from_ms ?? 0) / 1000
  const span = options.to_ms === undefined ? undefined : options.to_ms / 1000 - from
  const running = await startTool('ffmpeg', {
    input: path,
    args: ({ input }) => [
      ...['-nostdin', '-v', 'error', '-threads', '1'],
      ...['-protocol_whitelist', 'file,pipe', '-format_whitelist', containers],
      ...(from > 0 ? ['-ss', String(from)] : []),
      ...['-t', String(span ?? maxSeconds + 1), '-i', `file:${input}`, '-map', '0:a:0', '-vn', '-sn', '-dn'],
      ...(options.channel === undefined ? ['-ac', '1'] : ['-af', `pan=mono|c0=c${options.channel}`]),
      ...['-ar', String(sampleRate), '-f', 's16le', 'pipe:1'],
    ],
    limits: { cpuSeconds: 30 + maxSeconds / 100, outputBytes: 1 },
    signal: options.signal,
    confinement: options.confinement,
  })
  let samples = 0
  let odd: Buffer<ArrayBufferLike> = Buffer.alloc(0)
  let waiting: NodeJS.Timeout | undefined
  const watch = () => {
    waiting = setTimeout(running.kill, silentFor)
  }
  try {
    watch()
    for await (const chunk of running.stdout as AsyncIterable<Buffer>) {
      clearTimeout(waiting)
      const bytes = odd.length ? Buffer.concat([odd, chunk]) : chunk
      const count = bytes.length >> 1
      odd = bytes.subarray(count * 2)
      if (samples + count > maxSeconds * sampleRate + sampleRate / 2) throw tooLongToDecode()
      samples += count
      if (count > 0) yield aligned(bytes, count)
      watch()
    }
    const ended = await running.ended
    options.signal?.throwIfAborted()
    if (ended.code !== 0) throw endedEarly(ended.killed)
    if (samples === 0 && span === undefined) throw noSound()
  } finally {
    clearTimeout(waiting)
    running.kill()
  }
}

/** The samples on their own memory: a view on the pipe's buffer may be misaligned. */
function aligned(bytes: Buffer, count: number): Int16Array {
  const samples = new Int16Array(count)
  Buffer.from(samples.buffer).set(bytes.subarray(0, count * 2))
  return samples
}

const tooLongToDecode = () =>
  new Refusal(
    'too_long',
    'This recording goes on for longer than it says, or than this server allows. Export it again, or split it and send the parts.',
  )
const noSound = () =>
  new Refusal('unprocessable_audio', 'No sound could be decoded from the recording; it is damaged or empty.')
const endedEarly = (killed: NodeJS.Signals | null) =>
  killed
    ? new Refusal(
        'unprocessable_audio',
        'Decoding the recording took more time or memory than this server allows, and was stopped.',
      )
    : new Refusal(
        'unprocessable_audio',
        'The recording is damaged and can not be decoded. Save or export it again and send that.',
      )
