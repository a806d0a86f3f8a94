import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { Refusal } from '../platform/refusal.ts'
import { sampleRate } from './decode.ts'
import { startTool } from './ffmpeg.ts'
import { bytesOf } from './wav.ts'

export type PlaybackFormat = 'ogg' | 'mp3' | 'flac'

const codecs: Record<PlaybackFormat, string[]> = {
  ogg: ['-c:a', 'libopus', '-b:a', '32k', '-f', 'ogg'],
  mp3: ['-c:a', 'libmp3lame', '-b:a', '64k', '-f', 'mp3'],
  flac: ['-c:a', 'flac', '-f', 'flac'],
}

export const playbackTypes: Record<PlaybackFormat, string> = { ogg: 'audio/ogg', mp3: 'audio/mpeg', flac: 'audio/flac' }

/** Samples as they come, compressed as they go: nothing is held. The reader's pace sets the writer's. */
export async function encode(
  blocks: AsyncIterable<Int16Array> | Iterable<Int16Array>,
  format: PlaybackFormat,
  options: { rate?: number; signal?: AbortSignal } = {},
): Promise<Readable> {
  const running = await startTool('ffmpeg', {
    input: '/dev/null',
    feeds: true,
    args: () => [
      ...['-v', 'error', '-threads', '1', '-protocol_whitelist', 'pipe'],
      ...['-f', 's16le', '-ar', String(options.rate ?? sampleRate), '-ac', '1', '-i', 'pipe:0'],
      ...[...codecs[format], 'pipe:1'],
    ],
    limits: { cpuSeconds: 3600, outputBytes: 1 },
    signal: options.signal,
  })
  const { stdin, stdout } = running
  const feed = async () => {
    for await (const block of blocks) {
      if (!stdin || stdin.destroyed) return
      if (!stdin.write(bytesOf(block))) await Promise.race([once(stdin, 'drain'), once(stdin, 'close')])
    }
    stdin?.end()
  }
  feed().catch((cause: unknown) => {
    running.kill()
    stdout.destroy(cause instanceof Error ? cause : new Error('The samples could not be read.'))
  })
  running.ended.then(
    ({ code }) => {
      if (code !== 0 && !stdout.destroyed)
        stdout.destroy(new Refusal('internal', 'The recording could not be encoded.'))
    },
    (cause: Error) => stdout.destroy(cause),
  )
  stdout.once('close', running.kill)
  return stdout
}
