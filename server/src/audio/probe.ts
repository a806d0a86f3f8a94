import { stat } from 'node:fs/promises'
import { z } from 'zod'
import { Refusal } from '../platform/refusal.ts'
import { runTool } from './ffmpeg.ts'
import { containers, endingOf, supportedTypes } from './formats.ts'
import type { Confinement } from './sandbox.ts'

export interface Probe {
  mime: string
  /** The ending that goes with what the file is, whatever it was called. */
  ending: string
  duration_ms: number
  channels: number
  sample_rate: number
  codec: string
  has_video: boolean
  size: number
}

export interface ProbeOptions {
  maxSeconds?: number
  signal?: AbortSignal
  confinement?: Confinement
}

const twelveHours = 12 * 3600

const Printed = z.object({
  packets: z
    .array(z.object({ side_data_list: z.array(z.object({ side_data_type: z.string().optional() })).default([]) }))
    .default([]),
  format: z.object({ duration: z.coerce.number().optional().catch(undefined) }).default({}),
  streams: z
    .array(
      z.object({
        codec_type: z.string().optional(),
        codec_name: z.string().optional(),
        codec_tag_string: z.string().optional(),
        channels: z.number().optional(),
        sample_rate: z.coerce.number().optional().catch(undefined),
        duration: z.coerce.number().optional().catch(undefined),
        disposition: z.object({ attached_pic: z.number() }).partial().optional(),
      }),
    )
    .default([]),
})

const encryptedTags = new Set(['enca', 'encv', 'drms', 'drmi', 'p608'])

/** What ffprobe remarks where no header tells the length: its guess may be ten times wrong (measured on AAC). */
const guesses = /Estimating duration from bitrate/

export const tooLong = (maxSeconds: number) =>
  new Refusal('too_long', `This recording is longer than ${spell(maxSeconds)}. Split it and send the parts.`)

const spell = (seconds: number) =>
  seconds >= 7200 ? `${Math.floor(seconds / 3600)} hours` : `${Math.floor(seconds / 60)} minutes`

/** Says what a file is by its content, and refuses what can not be transcribed, with the reason. */
export async function probe(path: string, options: ProbeOptions = {}): Promise<Probe> {
  const maxSeconds = options.maxSeconds ?? twelveHours
  const { size } = await stat(path)
  if (size === 0) throw new Refusal('unprocessable_audio', 'The file is empty.')
  // Loaded with the first file: a start has no use for it.
  const { fileTypeFromFile } = await import('file-type')
  const type = await fileTypeFromFile(path).catch(() => undefined)
  const ending = type && endingOf(type.mime)
  if (!type || !ending)
    throw new Refusal('unsupported_type', `This is not a recording Mina can read. Send ${supportedTypes}.`)
  const told = await ask(path, options)
  const audio = told.streams.find((stream) => stream.codec_type === 'audio')
  if (encrypted(told))
    throw new Refusal('unprocessable_audio', 'The recording is encrypted or copy-protected. Send an unprotected copy.')
  if (!audio) throw new Refusal('unprocessable_audio', 'The file has no audio track.')
  if (!audio.channels || !audio.sample_rate || !audio.codec_name) throw damaged()
  const stated = told.guessed ? undefined : (told.format.duration ?? audio.duration)
  // A recording of a browser, an endless stream cut off: the length is known only at its end.
  const duration = stated !== undefined && stated > 0 ? stated : await runThrough(path, { ...options, maxSeconds })
  if (duration > maxSeconds) throw tooLong(maxSeconds)
  if (duration <= 0) throw new Refusal('unprocessable_audio', 'The recording holds no sound at all.')
  return {
    mime: type.mime,
    ending,
    duration_ms: Math.round(duration * 1000),
    channels: audio.channels,
    sample_rate: audio.sample_rate,
    codec: audio.codec_name,
    has_video: told.streams.some((stream) => stream.codec_type === 'video' && !stream.disposition?.attached_pic),
    size,
  }
}

/** Old players' tags, or the mark that the first packets of a common-encryption file carry. */
const encrypted = (told: z.output<typeof Printed>) =>
  told.streams.some((stream) => encryptedTags.has(stream.codec_tag_string ?? '')) ||
  told.packets.some((packet) => packet.side_data_list.some((it) => it.side_data_type?.startsWith('Encryption')))

async function ask(path: string, options: ProbeOptions) {
  const ended = await runTool('ffprobe', {
    input: path,
    args: ({ input }) => [
      ...['-v', 'warning', '-protocol_whitelist', 'file,pipe', '-format_whitelist', containers],
      ...[
        '-show_entries',
        'format=duration:stream=codec_type,codec_name,codec_tag_string,channels,sample_rate,duration',
      ],
      ...['-read_intervals', '%+#4', '-show_entries', 'packet_side_data=side_data_type'],
      ...['-show_entries', 'stream_disposition=attached_pic', '-of', 'json', '-i', `file:${input}`],
    ],
    limits: { cpuSeconds: 20, outputBytes: 1_000_000 },
    timeout: 30_000,
    signal: options.signal,
    confinement: options.confinement,
  })
  if (ended.code !== 0) throw damaged()
  const parsed = Printed.safeParse(parseJson(ended.printed))
  if (!parsed.success) throw damaged()
  return { ...parsed.data, guessed: guesses.test(ended.complaint) }
}

/** The length by the packets' times, in seconds. Nothing is decoded, so three hours take a moment. */
async function runThrough(path: string, options: ProbeOptions & { maxSeconds: number }): Promise<number> {
  const { maxSeconds, signal, confinement } = options
  const ended = await runTool('ffmpeg', {
    input: path,
    args: ({ input }) => [
      ...['-nostdin', '-v', 'error', '-threads', '1', '-progress', 'pipe:1', '-stats_period', '60'],
      ...['-protocol_whitelist', 'file,pipe', '-format_whitelist', containers],
      ...['-t', String(maxSeconds + 1), '-i', `file:${input}`],
      ...['-map', '0:a:0', '-vn', '-sn', '-dn', '-c', 'copy', '-f', 'null', '-'],
    ],
    limits: { cpuSeconds: 60, outputBytes: 1 },
    timeout: 120_000,
    ...{ signal, confinement },
  })
  if (ended.code !== 0) throw damaged()
  const end = [...ended.printed.matchAll(/^out_time_us=(\d+)$/gm)].at(-1)?.[1]
  return Number(end ?? 0) / 1_000_000
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export const damaged = () =>
  new Refusal(
    'unprocessable_audio',
    'The recording is damaged and can not be decoded. Save or export it again and send that.',
  )
