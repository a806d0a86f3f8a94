import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { cut } from '../audio/cut.ts'
import type { Recogniser, Recording } from './port.ts'

interface Within {
  tempDir: string
  signal: AbortSignal
}

/** The recording from this moment on, its times counted from there: cut out as a file of its own for engines that can not begin in the middle. */
export async function remainderOf(engine: Recogniser, whole: Recording, from_ms: number, { tempDir, signal }: Within) {
  const nothing = async () => {}
  if (from_ms === 0) return { part: whole, release: nothing }
  const duration_ms = whole.duration_ms - from_ms
  if (engine.capabilities.seeks) return { part: { ...whole, duration_ms, from_ms }, release: nothing }
  const folder = await mkdtemp(join(tempDir, 'remainder-'))
  const release = () => rm(folder, { recursive: true, force: true })
  try {
    const path = join(folder, 'remainder.flac')
    const { size } = await cut(whole.path, path, { start_ms: from_ms, format: 'flac', signal })
    return { part: { path, duration_ms, channels: 1, size, name: 'remainder.flac' }, release }
  } catch (error) {
    await release()
    throw error
  }
}
