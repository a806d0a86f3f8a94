import type { FileAnswer } from '../../access/route.ts'
import { askedRange } from '../../platform/files/byte-range.ts'
import type { Files } from '../../platform/files/port.ts'
import { Refusal } from '../../platform/refusal.ts'
import type { ShareRepository } from './repository.ts'
import type { OpenedShare } from './visitors.ts'

const MOST_PEAKS = 1_000

interface ListeningOptions {
  repository: ShareRepository
  files: Files
}

/** The sound behind a link, for links that let it be heard. */
export function listening({ repository, files }: ListeningOptions) {
  async function recordingOf({ share }: OpenedShare) {
    if (!share.can_listen) throw new Refusal('forbidden', 'This link is for reading only.')
    const recording = await repository.recording(share.conversation_id)
    if (!recording) throw new Refusal('not_found', 'There is no recording of this conversation.')
    return recording
  }

  return {
    async audio(opened: OpenedShare, rangeHeader: string | undefined): Promise<FileAnswer> {
      const recording = await recordingOf(opened)
      const found = await files.stat(recording.storage_key)
      if (!found) throw new Refusal('not_found', 'There is no recording of this conversation.')
      const range = askedRange(rangeHeader, found.size)
      const file = await files.open(recording.storage_key, range ?? undefined)
      if (!file) throw new Refusal('not_found', 'There is no recording of this conversation.')
      const headers = { 'accept-ranges': 'bytes', 'cache-control': 'private, no-store' }
      const answer = { type: recording.media_type, body: file.body, inline: true, headers }
      if (!range) return { ...answer, size: file.size }
      if (file.range) return { ...answer, range: { ...file.range, total: file.size } }
      file.body.destroy()
      return { ...answer, body: '', status: 416, headers: { ...headers, 'content-range': `bytes */${file.size}` } }
    },

    async peaks(opened: OpenedShare) {
      const { peaks, duration_ms } = await recordingOf(opened)
      return { peaks: thinned(peaks ?? Buffer.alloc(0)), duration_ms }
    },
  }
}

/** The loudest of each step, 0 to 1. */
function thinned(peaks: Buffer): number[] {
  const step = Math.max(1, Math.ceil(peaks.length / MOST_PEAKS))
  const result: number[] = []
  for (let at = 0; at < peaks.length; at += step)
    result.push(Math.round((Math.max(...peaks.subarray(at, at + step)) / 255) * 1000) / 1000)
  return result
}

export type Listening = ReturnType<typeof listening>
