import { probe } from '../../../audio/probe.ts'
import type { Recogniser, Recording } from '../../port.ts'
import { sampleClip } from './built-in.ts'

/** How fast a model writes down the sample on this machine: several at once, so that every core has work. */
export async function measureSpeed(
  engine: Pick<Recogniser, 'transcribe'>,
  model: string,
  { rounds = 4, signal }: { rounds?: number; signal?: AbortSignal } = {},
): Promise<{ speed: number; firstSeconds: number }> {
  const { duration_ms, channels, size, ending } = await probe(sampleClip)
  const recording: Recording = { path: sampleClip, duration_ms, channels, size, name: `sample.${ending}` }
  const hear = () => engine.transcribe(recording, { model, ...(signal && { signal }) })
  const began = performance.now()
  await hear()
  const warm = performance.now()
  await Promise.all(Array.from({ length: rounds }, hear))
  return {
    speed: (duration_ms * rounds) / (performance.now() - warm),
    firstSeconds: (warm - began) / 1000,
  }
}
