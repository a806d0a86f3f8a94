import { Refusal } from '../../platform/refusal.ts'
import { chunksDuplicated, gapsSeen } from './metrics.ts'
import type { Tape } from './tape.ts'

/** Ahead of a missing number so many chunks, and so many bytes, are held. */
const MOST_HELD = 256
const MOST_HELD_BYTES = 4 * 1_048_576
/** More than this on its way to the disk: the client waits a little. Far more: it has to come again. */
const SLOW_BYTES = 1_048_576
const FULL_BYTES = 8 * 1_048_576

export interface ChunkAck {
  seq: number
  next_seq: number
  slow_ms?: number
}

interface IntakeOptions {
  tape: Tape
  /** A chunk was kept, at this place. */
  onKept: (start: number, pcm: Uint8Array) => void
  /** A number is missing, and others came already. */
  onGap: (missing: number) => void
}

/** Chunks by number: each is kept once and in order, whatever the line does to them. */
export function intake({ tape, onKept, onGap }: IntakeOptions) {
  const held = new Map<number, Uint8Array>()
  let heldBytes = 0
  let expected = tape.nextSeq
  let asked = -1

  const answer = (seq: number): ChunkAck => ({
    seq,
    next_seq: tape.nextSeq,
    ...(tape.waiting > SLOW_BYTES && { slow_ms: Math.min(2_000, Math.round(tape.waiting / 4_000)) }),
  })

  /** Handed in and not kept yet. */
  const underWay = new Map<number, Promise<void>>()

  function keep(seq: number, pcm: Uint8Array): Promise<void> {
    const kept = append(seq, pcm).finally(() => underWay.delete(seq))
    underWay.set(seq, kept)
    return kept
  }

  async function append(seq: number, pcm: Uint8Array) {
    expected = seq + 1
    try {
      onKept(await tape.append(seq, pcm), pcm)
    } catch (error) {
      expected = Math.min(expected, tape.nextSeq)
      throw error
    }
  }

  /** What was held fits now. Nobody waits for these: their acknowledgements said that a number was missing. */
  function release() {
    for (let pcm = held.get(expected); pcm; pcm = held.get(expected)) {
      held.delete(expected)
      heldBytes -= pcm.length
      keep(expected, pcm).catch(() => {})
    }
  }

  function hold(seq: number, pcm: Uint8Array) {
    if (asked !== expected) {
      asked = expected
      gapsSeen.inc()
      onGap(expected)
    }
    if (held.has(seq) || held.size >= MOST_HELD || heldBytes + pcm.length > MOST_HELD_BYTES) return
    held.set(seq, pcm)
    heldBytes += pcm.length
  }

  return {
    async receive(seq: number, pcm: Uint8Array): Promise<ChunkAck> {
      if (seq < tape.nextSeq || seq < expected) {
        chunksDuplicated.inc()
        await underWay.get(seq)
        return answer(seq)
      }
      if (seq > expected) {
        hold(seq, pcm)
        return answer(seq)
      }
      if (tape.waiting > FULL_BYTES)
        throw new Refusal('unavailable', 'The storage does not keep up. Send this chunk again in a moment.')
      const kept = keep(seq, pcm)
      release()
      await kept
      return answer(seq)
    },
    get nextSeq() {
      return tape.nextSeq
    },
  }
}

export type Intake = ReturnType<typeof intake>
