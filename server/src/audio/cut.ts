import { mkdtemp, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { type DecodeOptions, decode, sampleRate } from './decode.ts'
import { runTool } from './ffmpeg.ts'
import { containers } from './formats.ts'
import { damaged } from './probe.ts'
import type { Confinement } from './sandbox.ts'

export interface Part {
  start_ms: number
  end_ms: number
}

/**
 * Divides a recording into parts of at most `maxSeconds`, each cut in the quietest 100 ms of its last third, so that no word is cut in two.
 * Reads the recording once and keeps one number for each 20 ms of the part at hand.
 */
export async function quietParts(path: string, options: DecodeOptions & { maxPartSeconds: number }): Promise<Part[]> {
  const frame = sampleRate / 50
  const longest = options.maxPartSeconds * 50
  const parts: Part[] = []
  let start = 0
  let energies: number[] = []
  let energy = 0
  let filled = 0
  for await (const block of decode(path, options)) {
    for (const sample of block) {
      energy += sample * sample
      if (++filled < frame) continue
      energies.push(energy)
      energy = filled = 0
      if (energies.length < longest) continue
      const at = quietest(energies, Math.floor(longest * 0.66))
      parts.push({ start_ms: start * 20, end_ms: (start + at) * 20 })
      start += at
      energies = energies.slice(at)
    }
  }
  const end_ms = (start + energies.length) * 20 + Math.round((filled / sampleRate) * 1000)
  if (end_ms > start * 20) parts.push({ start_ms: start * 20, end_ms })
  return parts
}

/** The frame in the middle of the five quietest in a row. */
function quietest(energies: readonly number[], from: number): number {
  let best = energies.length - 1
  let least = Number.POSITIVE_INFINITY
  for (let at = from; at + 5 <= energies.length; at++) {
    let sum = 0
    for (let index = at; index < at + 5; index++) sum += energies[index]!
    if (sum <= least) {
      least = sum
      best = at + 2
    }
  }
  return best
}

export type CutFormat = 'mp3' | 'flac' | 'wav' | 'ogg' | 'm4a'

const codecs: Record<CutFormat, string[]> = {
  mp3: ['-c:a', 'libmp3lame', '-b:a', '64k'],
  flac: ['-c:a', 'flac'],
  wav: ['-c:a', 'pcm_s16le'],
  ogg: ['-c:a', 'libopus', '-b:a', '32k'],
  m4a: ['-c:a', 'aac', '-b:a', '64k', '-movflags', '+faststart'],
}

export interface CutOptions extends Partial<Part> {
  format: CutFormat
  /** 16000 where the listener is a machine. */
  rate?: number
  signal?: AbortSignal
  confinement?: Confinement
}

/** Writes a stretch of a recording, or all of it, as a mono file of its own; whole or not at all. */
export async function cut(path: string, output: string, options: CutOptions): Promise<{ size: number }> {
  const from = (options.start_ms ?? 0) / 1000
  const folder = await mkdtemp(join(dirname(output), '.cut-'))
  try {
    const target = join(folder, `part.${options.format}`)
    const ended = await runTool('ffmpeg', {
      input: path,
      output: target,
      args: (files) => [
        ...['-nostdin', '-v', 'error', '-threads', '1', '-y'],
        ...['-protocol_whitelist', 'file,pipe', '-format_whitelist', containers],
        ...(from > 0 ? ['-ss', String(from)] : []),
        ...(options.end_ms === undefined ? [] : ['-t', String(options.end_ms / 1000 - from)]),
        ...['-i', `file:${files.input}`, '-map', '0:a:0', '-vn', '-sn', '-dn', '-map_metadata', '-1', '-ac', '1'],
        ...['-ar', String(options.format === 'ogg' ? 48_000 : (options.rate ?? sampleRate))],
        ...[...codecs[options.format], `file:${files.output}`],
      ],
      limits: { cpuSeconds: 3600, outputBytes: 2_000_000_000 },
      signal: options.signal,
      confinement: options.confinement,
    })
    const size = await stat(target).then(
      (it) => it.size,
      () => 0,
    )
    if (ended.code !== 0 || size === 0) throw damaged()
    await rename(target, join(dirname(output), basename(output)))
    return { size }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
