import { Refusal } from '../../platform/refusal.ts'

/** One recording's sound, kept in order: 16-bit little-endian samples and how many numbered chunks they came in. */
export interface Tape {
  readonly bytes: number
  /** The number of the chunk that is kept next. */
  readonly nextSeq: number
  /** What was handed in and is not kept yet. */
  readonly waiting: number
  /**
   * Resolves with the chunk's first byte once it is kept; one that fails was not kept at all, and those handed in after it fail too, since
   * they would stand in its place.
   */
  append(seq: number, pcm: Uint8Array): Promise<number>
  read(from: number, to: number): Promise<Buffer>
  /** Keeps what was handed in, then lets go of the tape. */
  close(): Promise<void>
}

export interface TapeOwner {
  id: string
  /** The writer's number: an older writer's chunks are refused. */
  fence: number
  next_seq: number
  kept_bytes: number
}

/** Where the sound of running sessions is kept until it becomes a recording. */
export interface Tapes {
  /** For the one writer. */
  open(session: TapeOwner): Promise<Tape>
  /** All sound of a session that nobody writes to, block by block; for repair and for the finished recording. */
  blocks(session: TapeOwner, range?: { from: number; to: number }): AsyncIterable<Buffer>
  /** How much there is, whoever wrote it. */
  length(session: TapeOwner): Promise<number>
  remove(sessionId: string): Promise<void>
}

export interface PendingChunk {
  seq: number
  pcm: Uint8Array
  kept: (start: number) => void
  failed: (error: unknown) => void
}

/** Those that follow on from what is kept; the others are told that they do not. */
export function following(batch: readonly PendingChunk[], nextSeq: number): PendingChunk[] {
  let next = nextSeq
  return batch.filter((it) => {
    if (it.seq === next) return next++ >= 0
    it.failed(new Refusal('unavailable', 'A chunk before this one could not be kept. Send them again.'))
    return false
  })
}

/** Tells each where it lies, the first of them at `start`. */
export function tellKept(batch: readonly PendingChunk[], start: number) {
  let at = start
  for (const { pcm, kept } of batch) {
    kept(at)
    at += pcm.length
  }
}

/** Keeps what follows on, in one write, and tells each chunk how it went. Answers how many bytes wait no more. */
export async function keepTogether(
  taken: readonly PendingChunk[],
  tape: Pick<Tape, 'bytes' | 'nextSeq'>,
  write: (batch: readonly PendingChunk[]) => Promise<void>,
): Promise<number> {
  const batch = following(taken, tape.nextSeq)
  try {
    const start = tape.bytes
    if (batch.length > 0) await write(batch)
    tellKept(batch, start)
  } catch (error) {
    for (const it of batch) it.failed(error)
  }
  return taken.reduce((sum, it) => sum + it.pcm.length, 0)
}

export const takenOver = () => new Refusal('conflict', 'This recording goes on from another window or device now.')
