import { randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { probe } from '../../audio/probe.ts'
import type { LocalFile } from '../../platform/files/port.ts'
import { Refusal } from '../../platform/refusal.ts'
import type { Recording, Transcript } from '../../speech/port.ts'
import { remainderOf } from '../../speech/remainder.ts'
import { type ExportedConversation, textRenderers } from '../documents/index.ts'
import { folderOf } from './inputs.ts'
import type { Made, Working } from './making.ts'
import { heardPieces, shifted } from './pieces.ts'
import type { JobRow } from './repository.ts'
import type { JobParts } from './service.ts'

const DOWNLOAD_MS = 30 * 60_000
/** The least that is worth being heard. */
const SHORTEST_MS = 100

const plain = ({ utterances }: Transcript) =>
  utterances.map(({ speaker, text }) => (speaker ? `${speaker}: ${text}` : text)).join('\n')

const exported = (result: Transcript, created_at: Date): ExportedConversation => ({
  title: 'Transcription',
  created_at,
  duration_ms: result.duration_ms,
  language: result.language,
  speakers: [...new Set(result.utterances.flatMap((it) => (it.speaker ? [it.speaker] : [])))],
  segments: result.utterances.map(({ start_ms, end_ms, text, speaker, words }) => ({
    ...{ start_ms, end_ms, text },
    ...(speaker && { speaker }),
    ...(words && { words }),
  })),
  highlights: [],
  tasks: [],
})

const missing = () => new Refusal('not_found', 'The recording is not there any more.')

/** A recording to its text, as text, captions and data. */
export function transcribing({ files, guarded, recognisers, repository, db, limits, tempDir, clock, log }: JobParts) {
  /** What the link leads to becomes the job's own input, so that another attempt finds it there. */
  async function fetched(job: JobRow, { signal }: Working): Promise<LocalFile> {
    const folder = join(tempDir, randomUUID())
    await mkdir(folder, { recursive: true, mode: 0o700 })
    try {
      const path = join(folder, 'download')
      const { size } = await guarded.download(job.input_ref ?? '', path, {
        ...{ maxBytes: limits.uploadBytes, timeoutMs: DOWNLOAD_MS, signal },
      })
      const { ending } = await probe(path, { maxSeconds: limits.audioSeconds, signal })
      const key = `${folderOf(job)}input/original.${ending}`
      await files.put(key, { path })
      await repository(db).update(job.id, { input_key: key, input_bytes: size })
      return (await files.toLocal(key)) ?? Promise.reject(missing())
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }

  const local = async (job: JobRow, working: Working): Promise<LocalFile> => {
    if (!job.input_key) return await fetched(job, working)
    return (await files.toLocal(job.input_key)) ?? Promise.reject(missing())
  }

  /** Hears what no attempt has heard yet. Speakers are told apart over the whole, so then an attempt begins anew. */
  async function hear(job: JobRow, whole: Recording, { signal, progress }: Working): Promise<Transcript> {
    const { language, provider, diarize } = job.options
    const pieces = heardPieces(files, job, (error) =>
      log.warn({ job: job.id, error: error.name }, 'what was heard so far could not be kept'),
    )
    const before = diarize ? { heard: [], from_ms: 0 } : await pieces.resume()
    const from_ms = Math.max(0, Math.min(before.from_ms, whole.duration_ms - SHORTEST_MS))
    const wish = { ...(provider && { provider }), ...(language && { language }), ...(diarize && { diarize }) }
    const engine = recognisers.pick(wish)
    const { part, release } = await remainderOf(engine, whole, from_ms, { tempDir, signal })
    try {
      const result = await engine.transcribe(part, {
        ...{ ...(language && { language }), ...(diarize && { diarize }), words: true, priority: 'long', signal },
        ...(!diarize && { onUtterance: (it) => pieces.add(shifted(it, from_ms)) }),
        onProgress: ({ done }) => progress((from_ms + done * part.duration_ms) / whole.duration_ms),
      })
      const utterances = [...before.heard, ...result.utterances.map((it) => shifted(it, from_ms))]
      return { ...result, utterances, duration_ms: whole.duration_ms }
    } finally {
      await pieces.flush()
      await release()
    }
  }

  return async (job: JobRow, working: Working): Promise<Made> => {
    const file = await local(job, working)
    try {
      const told = await probe(file.path, { maxSeconds: limits.audioSeconds, signal: working.signal })
      await working.reserveAudio(told.duration_ms / 1000)
      const { duration_ms, channels, size, ending } = told
      const whole = { path: file.path, duration_ms, channels, size, name: `recording.${ending}` }
      const result = await hear(job, whole, working)
      const conversation = exported(result, clock.now())
      return {
        artifacts: [
          { kind: 'transcript', name: 'transcript.txt', content: plain(result) },
          { kind: 'srt', name: 'captions.srt', content: await textRenderers.srt.render(conversation, {}) },
          { kind: 'json', name: 'transcript.json', content: await textRenderers.json.render(conversation, {}) },
        ],
        use: { service: result.engine, audio_seconds: duration_ms / 1000, cost_usd: result.cost_usd },
      }
    } finally {
      await file.release()
    }
  }
}
