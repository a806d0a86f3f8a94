import { SpeechError } from './errors.ts'
import { createEventQueue } from './event-queue.ts'
import type { Recogniser, RecognitionStream, StreamEvent, StreamOptions, Utterance } from './port.ts'
import { createReplay } from './replay.ts'
import { anotherMayDo, optionsFor, steppedIn, unfit } from './standing-in.ts'

/** How much audio is kept for the engine that may have to take over. */
const kept_ms = 120_000

/**
 * A live stream that outlives its engine: what is not final yet is kept, and given to the next engine from there.
 * The recording never waits; while engines change, audio gathers in the same store.
 */
export async function fallbackStream(
  engines: readonly Recogniser[],
  options: StreamOptions,
): Promise<RecognitionStream> {
  const first = engines[0]!
  const left = [...engines]
  const failures: unknown[] = []
  const queue = createEventQueue<StreamEvent>()
  const replay = createReplay(options.sampleRate, options.offset_ms ?? 0, kept_ms)
  let current: RecognitionStream | null = null
  let settled_ms = options.offset_ms ?? 0
  let spent = 0
  let finishing = false
  let closed = false
  let changed = Promise.withResolvers<void>()

  /** The next engine that opens, with everything that is not final yet already in it. */
  async function openNext(): Promise<RecognitionStream> {
    for (let engine = left.shift(); engine; engine = left.shift()) {
      try {
        const reason = unfit(engine, options, engine !== first)
        if (reason) throw reason
        if (!engine.stream)
          throw new SpeechError(engine.name, 'unavailable', `The ${engine.name} engine has no live recognition.`)
        const from_ms = replay.from_ms
        const stream = await engine.stream({ ...optionsFor(engine, first, options), offset_ms: from_ms })
        if (replay.lost_ms > 0) push({ type: 'warning', warning: gap(replay.lost_ms) })
        if (failures.length > 0 || engine !== first)
          push({ type: 'warning', warning: steppedIn(engine.name, failures) })
        for (const pcm of replay.pieces()) stream.write(pcm)
        // In one breath with the replay: audio that comes now goes to this engine.
        current = stream
        if (closed) await stream.close()
        else if (finishing) stream.finish().catch(() => {})
        changed.resolve()
        changed = Promise.withResolvers<void>()
        return stream
      } catch (error) {
        options.signal?.throwIfAborted()
        if (!anotherMayDo(error)) throw error
        failures.push(error)
      }
    }
    throw failures.at(-1)
  }

  const push = (event: StreamEvent) => queue.push(event)
  const forward = (event: StreamEvent) => {
    if (event.type === 'final') {
      const utterance = after(event.utterance, settled_ms)
      settled_ms = Math.max(settled_ms, utterance.end_ms)
      replay.settle(settled_ms)
      push({ ...event, utterance })
    } else {
      if (event.type === 'utterance_end') replay.settle(Math.max(settled_ms, event.at_ms))
      push(event)
    }
  }

  async function run(opened: RecognitionStream) {
    let stream = opened
    for (;;) {
      try {
        for await (const event of stream) forward(event)
        queue.end()
        return
      } catch (error) {
        current = null
        spent += stream.cost_usd?.() ?? 0
        if (options.signal?.aborted || closed || !anotherMayDo(error)) throw error
        failures.push(error)
      }
      stream = await openNext()
    }
  }

  const opened = await openNext()
  const over = run(opened).catch((error) => queue.fail(error))

  return {
    write(pcm) {
      if (queue.over || finishing) return { lag_ms: 0 }
      replay.add(pcm)
      return current?.write(pcm) ?? { lag_ms: Math.round(replay.kept_ms) }
    },
    async flush() {
      if (queue.over || finishing) return
      if (!current) await Promise.race([changed.promise, over])
      await current?.flush()
    },
    async finish() {
      finishing = true
      current?.finish().catch(() => {})
      await over
    },
    async close() {
      closed = true
      queue.end()
      await current?.close()
    },
    cost_usd: () => spent + (current?.cost_usd?.() ?? 0),
    [Symbol.asyncIterator]: () => queue[Symbol.asyncIterator](),
  }
}

/** Replayed audio may begin inside a word that is final already; times stay in order all the same. */
const after = (utterance: Utterance, settled_ms: number): Utterance =>
  utterance.start_ms >= settled_ms
    ? utterance
    : { ...utterance, start_ms: settled_ms, end_ms: Math.max(settled_ms, utterance.end_ms) }

const gap = (lost_ms: number) => ({
  code: 'gap' as const,
  message: `About ${Math.ceil(lost_ms / 1000)} seconds of speech were not heard live while engines changed.`,
})
