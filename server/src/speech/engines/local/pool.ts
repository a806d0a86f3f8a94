import { availableParallelism, totalmem } from 'node:os'
import type { Log } from '../../../platform/log.ts'
import { SpeechError } from '../../errors.ts'
import { createLoad } from './load.ts'
import type { Decoded, EngineFiles } from './messages.ts'
import { ChildLost, type NativeProcess, startNative } from './process.ts'
import { createFairQueue, isFinal, isLive, type Wish } from './queue.ts'

export interface DecodeRequest extends Wish {
  readonly signal?: AbortSignal | undefined
}

export interface DecoderPool {
  decode(samples: Int16Array, request: DecodeRequest): Promise<Decoded>
  readonly size: number
  /** How much of what the workers can do live finals and guesses took of late, 0 to 1. */
  readonly finalLoad: number
  readonly waitingLive: number
  readonly pids: number[]
  /** Has so many processes running, so that the first words do not wait for one. */
  warm(count?: number): void
  close(): Promise<void>
}

/** Two aborts on the same piece: it is the piece, not chance. */
export class PieceLost extends Error {}

interface Job {
  samples: Int16Array
  request: DecodeRequest
  attempts: number
  resolve: (it: Decoded) => void
  reject: (error: unknown) => void
  settled: boolean
}

interface Slot {
  state: 'cold' | 'starting' | 'ready'
  worker?: NativeProcess | undefined
  job?: Job | undefined
  /** Samples that its process has heard. */
  heard: number
}

interface PoolOptions {
  files: () => Promise<EngineFiles>
  /** Proves that a loaded model works, and throws when it does not. */
  check: (decode: (samples: Int16Array) => Promise<Decoded>) => Promise<void>
  log: Log
  size?: number
  idleAfter?: number
  /** A piece that takes longer than this hangs. */
  pieceTimeout?: number
  memoryEach?: number
  /** A process that has heard so many seconds is replaced. */
  lifetime_s?: number | undefined
}

/** How long a decoder may go on with a piece that nobody waits for any more. */
const lingering = 800
const liveMemory = 5000
/** Pieces of every length leave holes in a decoder's memory, which only ever grows: after so much sound a new one, ready in 0.7 s, is cheaper. */
const lifetime_s = 15 * 60

export const poolSize = (memoryEach: number) =>
  Math.max(1, Math.min(availableParallelism(), Math.floor((totalmem() * 0.6) / memoryEach)))

/** Decoders of one model, one thread and one process each: started when needed, kept warm, ended when idle. */
export function createDecoderPool(options: PoolOptions): DecoderPool {
  const size = options.size ?? poolSize(options.memoryEach ?? 400_000_000)
  const slots: Slot[] = Array.from({ length: size }, () => ({ state: 'cold', heard: 0 }))
  const queue = createFairQueue<Job>()
  let idle: NodeJS.Timeout | undefined
  let later: NodeJS.Timeout | undefined
  let proved: Promise<void> | undefined
  let lastLive = Number.NEGATIVE_INFINITY
  let closed = false
  let lostStarts = 0
  const load = createLoad(size)

  const start = async (slot: Slot) => {
    // It starts while the model's files are checked.
    const worker = startNative({ decodes: true })
    slot.worker = worker
    worker.gone.then(() => {
      if (slot.worker === worker) forget(slot)
    })
    await worker.call('load', await options.files())
    // One proof serves all: the others load the same checked files.
    proved ??= options.check((samples) => worker.call('decode', { samples }))
    await proved.catch((error: unknown) => {
      proved = undefined
      throw error
    })
    worker.giveWay()
    slot.state = 'ready'
    lostStarts = 0
  }

  /** Starts a process beside the work: what waits is taken by whoever is free first. */
  const prepare = (slot: Slot) => {
    slot.state = 'starting'
    start(slot).then(pump, (error: unknown) => {
      slot.worker?.kill()
      forget(slot)
      if (closed) return
      // Killed while it loaded: that says nothing about the model.
      if (error instanceof ChildLost && ++lostStarts < 3) return pump()
      options.log.error({ reason: reasonOf(error) }, 'the speech model could not be started')
      if (slots.every((it) => it.state === 'cold')) for (const job of queue.drain()) job.reject(notStarted(error))
    })
  }

  const forget = (slot: Slot) => {
    slot.worker = undefined
    slot.state = 'cold'
    slot.heard = 0
  }

  const isWorn = ({ heard }: Slot) =>
    heard > (options.lifetime_s ?? lifetime_s) * 16_000 &&
    // One at a time, and nobody who speaks waits for it.
    slots.every((it) => it.state === 'ready') &&
    performance.now() - lastLive > liveMemory

  const run = async (slot: Slot, job: Job) => {
    const worker = slot.worker!
    slot.job = job
    const began = performance.now()
    const timer = setTimeout(worker.kill, options.pieceTimeout ?? 120_000)
    try {
      job.attempts++
      job.resolve(await worker.call('decode', { samples: job.samples }))
    } catch (error) {
      if (!worker.alive && slot.worker === worker) forget(slot)
      if (!(error instanceof ChildLost)) job.reject(error)
      else if (job.settled) return
      else if (job.attempts < 2 && !closed) {
        options.log.warn({ seconds: job.samples.length / 16_000 }, 'a speech process ended; its piece is tried again')
        queue.add(job, job.request)
      } else job.reject(new PieceLost('This stretch could not be recognised.'))
    } finally {
      clearTimeout(timer)
      if (isFinal(job.request.priority)) load.add(performance.now() - began)
      slot.job = undefined
      slot.heard += job.samples.length
      if (isWorn(slot)) {
        slot.worker?.kill()
        forget(slot)
      }
    }
  }

  const pump = () => {
    clearTimeout(idle)
    clearTimeout(later)
    for (;;) {
      const free = slots.filter((slot) => slot.state === 'ready' && !slot.job)
      // While people speak, one worker is for finals alone: they wait neither for long pieces nor for interims.
      const reserved = size > 1 && performance.now() - lastLive < liveMemory ? 1 : 0
      const busy = slots.filter((slot) => slot.job && !isFinal(slot.job.request.priority)).length
      const job = free[0] && queue.take(busy < size - reserved)
      if (!job) break
      run(free[0]!, job).finally(pump)
    }
    if (queue.size > 0) {
      const cold = slots.find((slot) => slot.state === 'cold')
      if (cold && !slots.some((slot) => slot.state === 'starting')) prepare(cold)
      later = setTimeout(pump, liveMemory / 4).unref()
    } else if (slots.every((slot) => !slot.job)) idle = setTimeout(stopAll, options.idleAfter ?? 300_000).unref()
  }

  const stopAll = () => {
    for (const slot of slots) {
      slot.worker?.kill()
      forget(slot)
    }
  }

  return {
    size,
    decode(samples, request) {
      return new Promise((resolve, reject) => {
        if (closed) return reject(new SpeechError('local', 'unavailable', 'The speech engine is shutting down.'))
        const job: Job = {
          ...{ samples, request, attempts: 0, settled: false },
          resolve: (it) => settle(() => resolve(it)),
          reject: (error) => settle(() => reject(error)),
        }
        const settle = (how: () => void) => {
          if (job.settled) return
          job.settled = true
          request.signal?.removeEventListener('abort', cancel)
          how()
        }
        const cancel = () => {
          const waited = queue.remove(job)
          // What was begun for a live stream takes less time than another process would.
          if (!waited && isLive(request.priority) && !closed) return
          const slot = slots.find((it) => it.job === job)
          job.reject(request.signal?.reason)
          if (slot)
            setTimeout(() => {
              if (slot.job === job) slot.worker?.kill()
            }, lingering).unref()
        }
        if (request.signal?.aborted) return job.reject(request.signal.reason)
        request.signal?.addEventListener('abort', cancel, { once: true })
        if (isLive(request.priority)) lastLive = performance.now()
        queue.add(job, request)
        pump()
      })
    },
    get finalLoad() {
      return load.now()
    },
    get waitingLive() {
      return queue.live
    },
    get pids() {
      return slots.flatMap((slot) => slot.worker?.pid ?? [])
    },
    warm(count = size) {
      if (closed) return
      clearTimeout(idle)
      for (const slot of slots.slice(0, count)) if (slot.state === 'cold') prepare(slot)
      idle = setTimeout(stopAll, options.idleAfter ?? 300_000).unref()
    },
    async close() {
      closed = true
      clearTimeout(idle)
      clearTimeout(later)
      for (const job of queue.drain())
        job.reject(new SpeechError('local', 'unavailable', 'The speech engine is shutting down.'))
      const ending = slots.flatMap((slot) => slot.worker?.gone ?? [])
      stopAll()
      await Promise.all(ending)
    },
  }
}

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : 'unknown')

const notStarted = (cause: unknown) =>
  cause instanceof SpeechError
    ? cause
    : new SpeechError(
        'local',
        'unavailable',
        'The speech model could not be started on this machine. Run `mina doctor` to see why.',
        { cause, retryable: true },
      )
