import { setTimeout as pause } from 'node:timers/promises'
import type { Talk } from './talks.ts'

export const CHUNK_MS = 100
const CHUNK = CHUNK_MS * 16

/** Text as a listener is told it; `at_ms` is the time since the talk began. */
export interface Told {
  final: boolean
  at_ms: number
  start_ms: number
  end_ms: number
  text: string
  stable_chars: number
}

/** Where a talk is heard: the engine itself, or a server. */
export interface Ear {
  /** `tell` is called with what is heard, as it is heard. */
  open(tell: (it: Omit<Told, 'at_ms'>) => void): Promise<{
    chunk(pcm: Int16Array, seq: number): void
    end(): Promise<void>
  }>
}

/** Says a talk in real time, chunk by chunk, and gives what was heard of it. */
export async function say({ sound }: Talk, ear: Ear, delay_ms: number): Promise<Told[]> {
  await pause(delay_ms)
  const told: Told[] = []
  let began = 0
  const line = await ear.open((it) => told.push({ ...it, at_ms: performance.now() - began }))
  began = performance.now()
  for (let seq = 0; seq * CHUNK < sound.length; seq += 1) {
    await pause(Math.max(0, began + (seq + 1) * CHUNK_MS - performance.now()))
    line.chunk(sound.slice(seq * CHUNK, (seq + 1) * CHUNK), seq)
  }
  await line.end()
  return told
}
