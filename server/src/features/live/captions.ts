import { setTimeout as pause } from 'node:timers/promises'
import { samplesOf } from '../../audio/wav.ts'
import type { Log } from '../../platform/log.ts'
import { SpeechError } from '../../speech/errors.ts'
import type { RecognitionStream, StreamEvent, Utterance, Warning } from '../../speech/port.ts'
import { finalSeconds, interimSeconds, streamsBroken } from './metrics.ts'
import type { Tape } from './tape.ts'

/** A recogniser this far behind is not given more from the stored sound; what comes live it gets all the same. */
const MOST_BEHIND_MS = 15_000
const CATCH_UP_BYTES = 64_000
/** So often a broken recognition begins again at once; later it waits longer and longer. */
const MOST_WAIT_MS = 15_000
/** The speaker is told that the words come late. */
const LATE_MS = 10_000

export interface CaptionsOptions {
  tape: Tape
  sampleRate: number
  /** Captions up to here are saved. */
  from_ms: number
  open: (offset_ms: number) => Promise<RecognitionStream>
  /** Keeps a final; until it has, nothing later is told. False: another writes this session now. */
  save: (utterance: Utterance) => Promise<boolean>
  onInterim: (utterance: Utterance, stable_chars: number) => void
  onWarning: (warning: { code: Warning['code'] | 'slow' | 'broken'; message: string }) => void
  /** Speech between these was not recognised live. */
  onMissed: (from_ms: number, to_ms: number) => void
  /** Other events of the stream, for dialects that tell them. */
  onEvent?: (event: StreamEvent) => void
  log: Log
}

/**
 * Words of one recording while it is made. Recognition follows the stored sound: where it breaks or the server starts
 * anew, it goes on from the last saved word; the recording itself never waits for it.
 */
export function captions(options: CaptionsOptions) {
  const { tape, sampleRate, log } = options
  const bytesAt = (ms: number) => 2 * Math.floor((ms / 1000) * sampleRate)
  const msAt = (bytes: number) => Math.floor((bytes / 2 / sampleRate) * 1000)
  /** When each second of sound arrived, for the latencies. */
  const arrivals: { ms: number; at: number }[] = []
  let stream: RecognitionStream | undefined
  let cursor = 0
  let settled_ms = options.from_ms
  let missedFrom: number | undefined
  let catching: Promise<void> | undefined
  let ending = false
  let over = false
  let late = false
  let lag_ms = 0

  const heard = (lag: number) => {
    lag_ms = lag
    if (lag > LATE_MS === late) return
    late = lag > LATE_MS
    if (late) options.onWarning({ code: 'slow', message: 'The words come late; the sound is recorded completely.' })
  }

  async function catchUp(of: RecognitionStream) {
    while (of === stream && !over && cursor < tape.bytes) {
      const block = await tape.read(cursor, Math.min(cursor + CATCH_UP_BYTES, tape.bytes))
      if (of !== stream || block.length === 0) return
      cursor += block.length
      heard(of.write(samplesOf(block)).lag_ms)
      // Written empty to learn whether it has caught up a little.
      while (of === stream && lag_ms > MOST_BEHIND_MS && !over) {
        await pause(100)
        heard(of.write(new Int16Array(0)).lag_ms)
      }
    }
  }

  function feed() {
    if (catching || !stream || cursor >= tape.bytes) return
    catching = catchUp(stream)
      .catch((error: Error) => log.warn({ error: error.name }, 'stored live audio could not be read for captions'))
      .finally(() => {
        catching = undefined
        if (!over && !ending) feed()
      })
  }

  const since = (end_ms: number) => {
    const found = arrivals.find((it) => it.ms >= end_ms)
    return found && (performance.now() - found.at) / 1000
  }

  async function hear(event: StreamEvent) {
    options.onEvent?.(event)
    if (event.type === 'interim') {
      const age = since(event.utterance.end_ms)
      if (age !== undefined) interimSeconds.observe(age)
      options.onInterim(event.utterance, event.stable_chars)
    } else if (event.type === 'final') {
      const start_ms = Math.max(settled_ms, event.utterance.start_ms)
      const utterance = { ...event.utterance, start_ms, end_ms: Math.max(start_ms, event.utterance.end_ms) }
      if (missedFrom !== undefined) options.onMissed(missedFrom, utterance.start_ms)
      missedFrom = undefined
      if (utterance.text.trim() && !(await options.save(utterance))) return close()
      settled_ms = utterance.end_ms
      const age = since(utterance.end_ms)
      if (age !== undefined) finalSeconds.observe(age)
      while (arrivals.length > 0 && arrivals[0]!.ms < settled_ms) arrivals.shift()
    } else if (event.type === 'utterance_end') {
      if (missedFrom === undefined) settled_ms = Math.max(settled_ms, Math.min(event.at_ms, msAt(tape.bytes)))
    } else if (event.type === 'warning') {
      if (event.warning.code === 'gap') missedFrom ??= settled_ms
      options.onWarning(event.warning)
    }
  }

  async function run() {
    for (let failures = 0; !over; failures += 1) {
      try {
        const opened = await options.open(settled_ms)
        if (over) return void (await opened.close())
        stream = opened
        cursor = bytesAt(settled_ms)
        if (ending) void finishStream(opened)
        else feed()
        for await (const event of opened) {
          await hear(event)
          if (event.type === 'final') failures = 0
        }
        return
      } catch (error) {
        stream = undefined
        if (over) return
        const speech = error instanceof SpeechError ? error : null
        streamsBroken.inc()
        log.warn({ engine: speech?.engine, code: speech?.code ?? 'internal', failures }, 'live recognition broke off')
        if (failures === 0 || ending)
          options.onWarning({
            code: 'broken',
            message: `${speech?.message ?? 'Live recognition broke off.'} The recording goes on; its words follow later.`,
          })
        // At the end nobody waits for an engine that does not work: the missing words are a job's.
        if (ending || (speech && !speech.retryable && speech.code !== 'provider_failed' && failures > 2)) return
        await pause(Math.min(MOST_WAIT_MS, 200 * 2 ** Math.min(failures, 8)))
      }
    }
  }

  async function finishStream(of: RecognitionStream) {
    await catching
    await catchUp(of)
    if (of === stream) await of.finish()
  }

  async function close() {
    if (over) return
    over = true
    const open = stream
    stream = undefined
    await open?.close().catch(() => {})
  }

  const running = run()

  return {
    /** A chunk is kept; recognition gets it at once, or finds it on the tape. */
    kept(start: number, pcm: Uint8Array) {
      const end_ms = msAt(start + pcm.length)
      if (arrivals.length < 10_000) arrivals.push({ ms: end_ms, at: performance.now() })
      if (!stream || ending) return
      if (catching || cursor !== start) return feed()
      cursor += pcm.length
      heard(stream.write(samplesOf(pcm)).lag_ms)
    },
    /** The speaker paused: what was said until now becomes final. */
    async flush() {
      await catching
      await stream?.flush()
    },
    /** Ends with the last words, or without them after so long. True: everything on the tape was heard. */
    async finish(patience_ms: number): Promise<boolean> {
      ending = true
      const finishing = stream ? finishStream(stream).catch(() => {}) : Promise.resolve()
      const done = Promise.all([finishing, running]).then(() => stream !== undefined)
      const heardAll = await Promise.race([done, pause(patience_ms, false, { ref: false })])
      await close()
      return heardAll && missedFrom === undefined
    },
    close,
    get settled_ms() {
      return settled_ms
    },
    get lag_ms() {
      return stream ? lag_ms : 0
    },
  }
}

export type Captions = ReturnType<typeof captions>
