import type { UsageRecord } from '../usage/index.ts'
import type { ArtifactRow } from './repository.ts'

export type Use = Pick<UsageRecord, 'service' | 'audio_seconds' | 'characters' | 'tokens' | 'cost_usd'>

/** What a job made, and what that took. */
export interface Made {
  artifacts: { kind: ArtifactRow['kind']; name: string; content: string | Uint8Array }[]
  use: Use
}

/** What the work may tell while it runs. */
export interface Working {
  signal: AbortSignal
  /** 0 to 1. */
  progress(done: number): void
  /** Counts the audio against the month, unless it was counted when the job was accepted. */
  reserveAudio(seconds: number): Promise<void>
  /** What providers were paid so far: it is spent also where the job fails. */
  spent(use: Use): void
}
