import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import { Refusal } from '../../platform/refusal.ts'
import type { StreamEvent } from '../../speech/port.ts'
import { type Captions, captions } from './captions.ts'
import { type ChunkAck, intake } from './intake.ts'
import { ackSeconds, chunksKept } from './metrics.ts'
import type { LiveRecognition } from './recognition.ts'
import type { LiveRepository, LiveRow } from './repository.ts'
import { type Tape, takenOver } from './tape.ts'
import { finalOf, interimOf, type Tell } from './wire.ts'

/** The row is touched so often: it says that somebody is there, and how far the recording has come. */
const TOUCH_MS = 5_000
/** After this long without a client what was said becomes final. */
const FLUSH_AFTER_MS = 8_000
const MOST_CHUNK_MS = 30_000

/** Why this process lets go of a recording that has not ended. */
export type Release = 'taken' | 'draining' | 'orphaned' | 'deleted' | 'idle'
/** There is a little time for the words that are on their way. */
const lastWordsPatience: Partial<Record<Release, number>> = { draining: 5_000, orphaned: 2_000, idle: 5_000 }

export interface SessionOptions {
  row: LiveRow
  tape: Tape
  repository: LiveRepository
  clock: Clock
  log: Log
  mostSeconds: number
  /** To viewers, here and elsewhere. */
  broadcast: Tell
  recognition: LiveRecognition
  /** False: no room for live words; the recording goes on and a job brings them. */
  seated: boolean
  engine: string
  onEvent?: (event: StreamEvent) => void
  onReleased: () => void
}

/** One recording that runs in this process: takes chunks, keeps them, tells words. Ends by `stop`, or `release`. */
export function liveSession(options: SessionOptions) {
  const { row, tape, recognition, repository, clock, log } = options
  const duration = () => Math.floor((tape.bytes / 2 / row.sample_rate) * 1000)
  let writer: Tell | undefined
  /** What the engine does not do for this recording: whoever comes to feed it is told. */
  const ignored = new Set<string>()
  let over = false
  let flushed = false
  let leftAt = 0
  let ended: Promise<boolean> | undefined
  let pushed: number | undefined
  let heardAt = clock.now()

  const tell: Tell = (name, message) => {
    writer?.(name, message)
    options.broadcast(name, message)
  }

  const { conversation_id } = row
  const words: Captions | null = options.seated
    ? captions({
        ...{ tape, log, sampleRate: row.sample_rate, from_ms: row.transcribed_ms },
        open: recognition.open,
        onMissed: recognition.miss,
        async save(utterance) {
          const saved = await recognition.save(utterance, () => over)
          if (saved) tell('final', finalOf(conversation_id, saved))
          else await release('taken')
          return saved !== null
        },
        onInterim: (utterance, stable_chars) =>
          tell('interim', interimOf(conversation_id, recognition.nextIdx, utterance, stable_chars)),
        onWarning: ({ code, message }) => {
          if (code === 'broken') tell('error', { code: 'provider_failed', message })
          else if (code === 'fallback' || code === 'slow') tell('warning', { code, message })
          else if (code === 'language_mismatch') tell('warning', { code: 'language', message })
          else if (code === 'option_ignored' && !ignored.has(message)) {
            ignored.add(message)
            tell('warning', { code, message })
          }
        },
        ...(options.onEvent && { onEvent: options.onEvent }),
      })
    : null

  const chunks = intake({
    tape,
    onKept(start, pcm) {
      chunksKept.inc()
      words?.kept(start, pcm)
    },
    onGap: (missing) =>
      tell('warning', { code: 'gap', message: `Chunk ${missing} is missing. Send it again, and those after it.` }),
  })

  async function touch() {
    if (over) return
    if (!writer) {
      if (!flushed && performance.now() - leftAt > FLUSH_AFTER_MS) {
        flushed = true
        await words?.flush()
      }
      return
    }
    const mine = await repository.update(row, {
      seen_at: clock.now(),
      next_seq: tape.nextSeq,
      kept_bytes: tape.bytes,
      ...(words && { transcribed_ms: Math.max(row.transcribed_ms, words.settled_ms) }),
    })
    if (!mine) await release('taken')
  }
  const timer = setInterval(() => void touch().catch(() => {}), TOUCH_MS)

  async function end() {
    over = true
    clearInterval(timer)
    await tape.close()
  }

  /** Lets go without ending the recording: another process, or this one later, goes on with it. */
  async function release(why: Release) {
    if (over || ended) return
    if (why === 'taken') tell('error', { code: 'conflict', message: takenOver().message })
    if (why === 'deleted') tell('error', { code: 'not_found', message: 'This conversation was deleted.' })
    const patience_ms = lastWordsPatience[why]
    if (patience_ms) await words?.finish(patience_ms)
    else await words?.close()
    await end()
    if (why === 'idle')
      tell('error', { code: 'timeout', message: 'No sound came for a long time. Resume this recording to go on.' })
    if (why === 'draining' || why === 'idle')
      await repository
        .update(row, { next_seq: tape.nextSeq, kept_bytes: tape.bytes, seen_at: clock.now(), process: null })
        .catch(() => {})
    options.onReleased()
  }

  return {
    row,
    engine: options.engine,
    get lag_ms() {
      return words?.lag_ms ?? 0
    },
    get kept_bytes() {
      return tape.bytes
    },
    get nextSeq() {
      return tape.nextSeq
    },
    get over() {
      return over
    },
    /** When sound last came. */
    get heardAt() {
      return heardAt
    },
    get duration_ms() {
      return duration()
    },

    async receive(seq: number, pcm: Uint8Array): Promise<ChunkAck> {
      if (over) throw takenOver()
      heardAt = clock.now()
      if (pcm.length === 0 || pcm.length % 2 === 1)
        throw new Refusal('bad_request', 'A chunk holds whole 16-bit samples. This one was not kept.')
      if (pcm.length > (MOST_CHUNK_MS / 1000) * row.sample_rate * 2)
        throw new Refusal('too_large', 'A chunk holds at most 30 seconds of sound. This one was not kept.')
      if (seq >= tape.nextSeq && duration() / 1000 >= options.mostSeconds)
        throw new Refusal('too_long', 'This recording has reached the longest time this server allows. Stop it here.')
      const took = ackSeconds.startTimer()
      const ack = await chunks.receive(seq, pcm)
      took()
      return ack
    },

    /** For streams whose chunks have no numbers: what can not be kept is told, and the next one takes its place. */
    async push(pcm: Uint8Array) {
      const seq = pushed ?? tape.nextSeq
      pushed = seq + 1
      try {
        await this.receive(seq, pcm)
      } catch (error) {
        pushed = undefined
        throw error
      }
    },

    async pause() {
      await repository.update(row, { state: 'paused', seen_at: clock.now() })
      // Speech after a pause is another piece: what was said is final now.
      void words?.flush().catch(() => {})
    },

    /** Joins whoever feeds it from now on; who did before may no longer. */
    attach(listener: Tell) {
      writer?.('error', { code: 'conflict', message: takenOver().message })
      writer = listener
      for (const message of ignored) listener('warning', { code: 'option_ignored', message })
      flushed = false
      return {
        mine: () => writer === listener && !over,
        detach() {
          if (writer !== listener) return
          writer = undefined
          leftAt = performance.now()
        },
      }
    },
    flush: async () => await words?.flush(),
    release,

    /** The recording is complete. Resolves when its sound is kept and its last words are saved, or nearly. */
    stop(patience_ms: number): Promise<boolean> {
      ended ??= (async () => {
        const heardAll = (await words?.finish(patience_ms)) ?? false
        await end()
        return heardAll
      })()
      return ended
    },
    /** How far captions are saved, for the row. */
    get settled_ms() {
      return words?.settled_ms ?? row.transcribed_ms
    },
    tell,
  }
}

export type LiveSession = ReturnType<typeof liveSession>
