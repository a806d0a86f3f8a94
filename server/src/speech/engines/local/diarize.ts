import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decode } from '../../../audio/decode.ts'
import { bytesOf } from '../../../audio/wav.ts'
import { SpeechError } from '../../errors.ts'
import type { Recording } from '../../port.ts'
import { installedAt } from './models/installed.ts'
import { entryNamed } from './models/registry.ts'
import type { SpeakerTurn } from './pieces.ts'
import { startNative } from './process.ts'

/** sherpa-onnx wants the whole recording as floats in memory. */
const longest_s = 4 * 3600

const parts = ['pyannote-segmentation', 'titanet-small'] as const

function modelPath(name: (typeof parts)[number], modelsDir: string): string | undefined {
  const entry = entryNamed(name)!
  const folder = installedAt(entry, modelsDir)
  return folder && join(folder, entry.files.model!)
}

/** Why speakers can not be told apart here, naming the command that changes it. */
export function diarizationMissing(modelsDir: string): string | null {
  const missing = parts.filter((name) => !modelPath(name, modelsDir))
  if (missing.length === 0) return null
  return `To tell speakers apart the built-in engine needs two more models. Fetch them with: mina models pull ${missing.join(' ')}`
}

/** Who speaks when, in a process of its own that ends with the work. */
export async function speakerTurns(
  recording: Recording,
  modelsDir: string,
  signal?: AbortSignal,
): Promise<SpeakerTurn[]> {
  const missing = diarizationMissing(modelsDir)
  if (missing) throw new SpeechError('local', 'unavailable', missing)
  if (recording.duration_ms > longest_s * 1000)
    throw new SpeechError(
      'local',
      'too_long',
      'The built-in engine tells speakers apart in recordings of up to 4 hours. Split this one, or leave out diarize.',
    )
  const folder = await mkdtemp(join(tmpdir(), 'mina-speakers-'))
  const worker = startNative()
  worker.giveWay()
  signal?.addEventListener('abort', worker.kill, { once: true })
  try {
    const pcm = join(folder, 'pcm')
    const file = await open(pcm, 'w')
    try {
      for await (const block of decode(recording.path, { signal, from_ms: recording.from_ms }))
        await file.write(bytesOf(block))
    } finally {
      await file.close()
    }
    const [segmentation, embedding] = parts.map((name) => modelPath(name, modelsDir)!)
    const turns = await worker.call('diarize', { segmentation: segmentation!, embedding: embedding!, pcm })
    return turns.map(({ start_ms, end_ms, speaker }) => ({ start: start_ms * 16, end: end_ms * 16, speaker }))
  } catch (cause) {
    signal?.throwIfAborted()
    throw cause instanceof SpeechError
      ? cause
      : new SpeechError('local', 'internal', 'Telling the speakers apart failed on this recording.', { cause })
  } finally {
    signal?.removeEventListener('abort', worker.kill)
    worker.kill()
    await rm(folder, { recursive: true, force: true })
  }
}
