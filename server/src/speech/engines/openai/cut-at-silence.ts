import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SpeechError } from '../../errors.ts'
import type { CutAudio } from './cut.ts'

interface Span {
  start_ms: number
  end_ms: number
}

/** The two things of server/src/audio that this needs. */
interface AudioTools {
  quietParts(path: string, options: { maxPartSeconds: number; signal?: AbortSignal }): Promise<Span[]>
  cut(path: string, output: string, options: Span & { format: 'mp3'; signal?: AbortSignal }): Promise<{ size: number }>
}

/** Parts are mono mp3 of 64 kbit a second, so their size follows from their length. */
const bytesPerSecond = 64_000 / 8

export const cutAtSilence = ({ quietParts, cut }: AudioTools): CutAudio =>
  async function* (recording, { maxBytes, maxSeconds, signal }) {
    const maxPartSeconds = Math.min(maxSeconds, Math.floor((maxBytes * 0.95) / bytesPerSecond))
    const spans = await quietParts(recording.path, { maxPartSeconds, signal })
    for (const [index, span] of spans.entries()) {
      // A folder for each part: the last ones are still being sent when there is nothing left to cut.
      const folder = await mkdtemp(join(tmpdir(), 'mina-part-'))
      const release = () => rm(folder, { recursive: true, force: true })
      const name = `part-${index}.mp3`
      const path = join(folder, name)
      try {
        const { size } = await cut(recording.path, path, { ...span, format: 'mp3', signal })
        if (size > maxBytes)
          throw new SpeechError(
            'openai',
            'too_large',
            'A part of this recording is larger than the speech server takes.',
          )
      } catch (error) {
        await release()
        throw error
      }
      yield { path, name, start_ms: span.start_ms, duration_ms: span.end_ms - span.start_ms, release }
    }
  }
