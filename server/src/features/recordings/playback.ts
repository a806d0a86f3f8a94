import type { CallInfo, FileAnswer, Reply } from '../../access/route.ts'
import type { Files } from '../../platform/files/port.ts'
import { Refusal } from '../../platform/refusal.ts'
import { rangeOf } from './ranges.ts'
import type { RecordingRepository, RecordingRow } from './repository.ts'

interface PlaybackOptions {
  repository: Pick<RecordingRepository, 'of'>
  files: Files
}

/** A file of sound, the recording itself or made from it. */
interface Heard {
  storage_key: string
  size: number
  media_type: string
  filename: string
  /** Another for other bytes. */
  tag: string
}

export interface Listening {
  request: CallInfo
  reply: Reply
  /** Played or saved by its owner; or heard by a visitor, who is not told what the file was called and keeps no copy. */
  as: 'played' | 'saved' | 'visited'
}

const noAudio = () => new Refusal('not_found', 'This conversation has no recording.')
const removed = () => new Refusal('gone', 'The recording of this conversation was removed; its text is kept.')

/** Types that players know, by what the content is. Whatever else lies here is only ever saved. */
const PLAYED =
  /^(audio|video)\/(mpeg|wav|vnd\.wave|mp4|x-m4a|x-m4v|quicktime|3gpp2?|ogg|opus|aac|flac|x-flac|webm|matroska|x-matroska)\b/

const one = (header: string | string[] | undefined) => (typeof header === 'string' ? header : undefined)

/** Loudness of evenly spaced points, each the loudest of what it stands for. */
export function resampled(kept: Uint8Array, points: number): number[] {
  if (kept.length === 0) return []
  return Array.from({ length: points }, (_, at) => {
    const from = Math.floor((at * kept.length) / points)
    const to = Math.max(from + 1, Math.floor(((at + 1) * kept.length) / points))
    let loudest = 0
    for (let index = from; index < to; index += 1) loudest = Math.max(loudest, kept[index]!)
    return Math.round((loudest / 255) * 1000) / 1000
  })
}

/** Players fetch a recording piece by piece: only with its first byte does a hearing begin. */
export const isBeginning = ({ status = 200, range }: FileAnswer) => status === 200 && (range?.start ?? 0) === 0

/** The sound of a conversation, for whoever was allowed to open it. */
export function playbackService({ repository, files }: PlaybackOptions) {
  async function recordingOf(conversationId: string): Promise<RecordingRow> {
    const row = await repository.of(conversationId)
    if (!row) throw noAudio()
    if (row.removed_at) throw removed()
    return row
  }

  /** The file or the part that was asked for. `request` tells the range, `reply` hears of one that can not be met. */
  async function part(row: Heard, { request, reply, as }: Listening): Promise<FileAnswer> {
    const etag = `"${row.tag}"`
    const isPlayed = PLAYED.test(row.media_type)
    const given = {
      type: isPlayed ? row.media_type : 'application/octet-stream',
      ...(as !== 'visited' && { filename: row.filename }),
      inline: isPlayed && as !== 'saved',
      headers: {
        etag,
        'accept-ranges': 'bytes',
        'cache-control': as === 'visited' ? 'private, no-store' : 'private, no-cache',
      },
    }
    const condition = one(request.headers['if-range'])
    const range = condition && condition !== etag ? 'whole' : rangeOf(one(request.headers.range), row.size)
    if (range === 'unmet') {
      reply.header('content-range', `bytes */${row.size}`)
      throw new Refusal('bad_request', 'The recording does not have the bytes that were asked for.', { status: 416 })
    }
    if (range === 'whole' && one(request.headers['if-none-match']) === etag) return { ...given, status: 304, body: '' }
    const opened = await files.open(row.storage_key, range === 'whole' ? undefined : range)
    if (!opened) throw removed()
    return {
      ...given,
      body: opened.body,
      size: opened.size,
      ...(opened.range && { range: { ...opened.range, total: opened.size } }),
    }
  }

  return {
    recordingOf,

    part,

    async audio(conversationId: string, listening: Listening): Promise<FileAnswer> {
      const row = await recordingOf(conversationId)
      return await part({ ...row, tag: row.sha256.slice(0, 32) }, listening)
    },

    async peaks(conversationId: string, points: number) {
      const row = await recordingOf(conversationId)
      return { peaks: row.peaks ? resampled(row.peaks, points) : [], duration_ms: row.duration_ms }
    },
  }
}

export type Playback = ReturnType<typeof playbackService>
