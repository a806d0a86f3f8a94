import { createLeveller } from '../../audio/level.ts'
import { quietestPlace } from '../../audio/quiet.ts'
import { createResampler } from '../../audio/resample.ts'
import type { RecognitionStream, StreamEvent, StreamOptions, Utterance } from '../port.ts'
import type { PieceEngine, RecognisedPiece } from './engine.ts'
import { createEventQueue } from './events.ts'
import { createInbox } from './inbox.ts'
import { guessAfter, interimInterval, longestPiece, pauseThatEnds } from './pace.ts'
import { createTape } from './tape.ts'
import { joined, stableChars } from './text.ts'
import type { Heard, Island, VoiceDetector } from './voice.ts'

const second = 16_000
const pad = 0.2 * second
const step = 0.16 * second
/** Below this the models write nothing. */
const shortestInterim = 0.9 * second
const utteranceGap = second
/** Speech that waits for its final: beyond this the stream skips, and says so; the recording is complete all the same. */
const mostWaiting = 120 * second

/** What is being said now: from its first sound to the pause that ends it. */
interface OpenPiece {
  start: number
  islands: Island[]
  /** The text up to the last short pause: interims decode only what came since. */
  kept?: { end: number; text: string }
  guess?: { end: number; result: Promise<RecognisedPiece> }
  shown: string
  lastInterim: number
  interimRunning: boolean
}

/**
 * Live text from an engine that recognises finished pieces. The detector tells where speech is; the growing piece is decoded now and then for
 * interim text, at its first short silence for the final, and the final is told when the silence proves to be a pause.
 */
export function openPieceStream(
  engine: PieceEngine,
  detector: VoiceDetector,
  options: StreamOptions,
  onClosed: () => void,
): RecognitionStream {
  const events = createEventQueue<StreamEvent>()
  const stop = new AbortController()
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal
  const resampler = createResampler(options.sampleRate, second)
  const leveller = createLeveller({ remember_s: 30, settle_s: 0.25 })
  const tape = createTape()
  const inbox = createInbox(mostWaiting)
  const offset = options.offset_ms ?? 0
  const ms = (samples: number) => offset + Math.round(samples / 16)
  const owner = {}

  let piece: OpenPiece | undefined
  /** No sound before this belongs to what comes next. */
  let done = 0
  let lastEnd: number | undefined
  let finals: Promise<void> = Promise.resolve()
  const waiting: { end: number; length: number }[] = []
  let failures = 0
  /** What an interim took of late, its waiting included: they come less often where they come late. */
  let interim_ms = 100
  let state: 'open' | 'finishing' | 'closed' = 'open'

  const decode = (from: number, to: number, priority: 'live-final' | 'live-interim', islands: Island[]) => {
    const inside = islands.map((island) => ({
      start: Math.max(0, island.start - from),
      end: Math.min(to, island.end) - from,
    }))
    // A piece is levelled as one: the detector's gain, which follows the speaker, would change within it.
    const sound = createLeveller({ settle_s: 0 }).level(tape.read(from, to))
    return engine.recognise(sound, {
      priority,
      owner,
      signal,
      ...(options.words ? { islands: inside } : {}),
    })
  }

  const utteranceOf = (from: number, islands: Island[], to: number, it: RecognisedPiece): Utterance => ({
    start_ms: ms(Math.max(from, islands[0]?.start ?? from)),
    end_ms: ms(Math.min(to, islands.at(-1)?.end ?? to)),
    ...{ text: it.text, confidence: it.confidence },
    ...(it.words && options.words
      ? {
          words: it.words.map((word) => ({
            ...word,
            start_ms: word.start_ms + ms(from),
            end_ms: word.end_ms + ms(from),
          })),
        }
      : {}),
    ...(it.wordsEstimated && options.words ? { wordsEstimated: true } : {}),
    ...(it.doubtful ? { doubtful: true } : {}),
  })

  /** Queues the final of a finished piece; finals are told in order, whichever is decoded first. */
  const settle = (it: OpenPiece, islands: Island[], end: number, speech_final: boolean) => {
    const from = it.start
    const backlog = waiting.reduce((sum, entry) => sum + entry.length, 0)
    const entry = { end, length: end - from }
    waiting.push(entry)
    const lastIsland = islands.at(-1)
    const ready = it.guess && lastIsland && it.guess.end === lastIsland.end
    const result = ready
      ? it.guess!.result
      : backlog > mostWaiting
        ? undefined
        : decode(from, end, 'live-final', islands)
    result?.catch(() => {})
    const { shown } = it
    done = end
    finals = finals.then(async () => {
      try {
        const heard = await result
        failures = 0
        if (!heard) return skipped(from, end)
        const text = heard.text || shown
        if (text)
          events.put({
            type: 'final',
            utterance: utteranceOf(from, islands, end, { ...heard, text, ...(heard.text ? {} : { doubtful: true }) }),
            speech_final,
          })
      } catch (error) {
        if (signal.aborted) return
        skipped(from, end)
        if (++failures >= 3) events.fail(error)
      } finally {
        waiting.splice(waiting.indexOf(entry), 1)
      }
    })
  }

  const skipped = (from: number, end: number) =>
    events.put({
      type: 'warning',
      warning: {
        code: 'gap',
        message: `Speech at ${Math.round(ms(from) / 1000)} s to ${Math.round(ms(end) / 1000)} s was not recognised in time.`,
      },
    })

  const guess = (it: OpenPiece, position: number) => {
    const last = it.islands.at(-1)!
    if (it.guess?.end === last.end) return
    const result = decode(it.start, Math.min(position, last.end + pad), 'live-final', it.islands)
    it.guess = { end: last.end, result }
    // Its text is shown as an interim would be.
    it.lastInterim = position
    result.then(
      (heard) => {
        if (piece !== it || it.guess?.result !== result || !heard.text) return
        it.kept = { end: last.end, text: heard.text }
        show(it, heard.text, last.end)
      },
      () => {},
    )
  }

  const show = (it: OpenPiece, text: string, position: number) => {
    if (!options.interim || piece !== it || waiting.length > 0 || text === it.shown || !text) return
    const stable_chars = stableChars(it.shown, text)
    it.shown = text
    events.put({
      type: 'interim',
      utterance: {
        start_ms: ms(it.islands[0]?.start ?? it.start),
        end_ms: ms(position),
        ...{ text, confidence: null },
      },
      stable_chars,
    })
  }

  const interim = (it: OpenPiece, position: number) => {
    if (!options.interim || it.interimRunning || waiting.length > 0) return
    if (position - it.lastInterim < interimInterval(engine.load(), interim_ms)) return
    const from = it.kept ? Math.max(it.start, it.kept.end - pad / 4) : it.start
    if (position - from < shortestInterim) return
    it.lastInterim = position
    it.interimRunning = true
    const kept = it.kept?.text ?? ''
    const asked = performance.now()
    decode(from, position, 'live-interim', [])
      .then(
        (tail) => show(it, joined(kept, tail.text), position),
        () => {},
      )
      .finally(() => {
        it.interimRunning = false
        interim_ms += (performance.now() - asked - interim_ms) * 0.3
      })
  }

  const begin = (start: number, position: number): OpenPiece => {
    const it: OpenPiece = {
      start: Math.max(done, start),
      islands: [],
      shown: '',
      lastInterim: position,
      interimRunning: false,
    }
    events.put({ type: 'speech_started', at_ms: ms(it.start) })
    return it
  }

  /** Someone talks without a pause: cut at the last breath in the second half, else where it is quietest. */
  const cutLong = (it: OpenPiece, position: number) => {
    const breath = it.islands.findLastIndex((island) => island.end - it.start > longestPiece * 0.4)
    const at =
      breath >= 0
        ? Math.min(it.islands[breath]!.end + pad / 2, it.islands[breath + 1]?.start ?? position)
        : it.start +
          Math.floor(longestPiece * 0.6) +
          quietestPlace(tape.read(it.start + Math.floor(longestPiece * 0.6), position))
    const before = it.islands.filter((island) => island.start < at)
    settle(it, breath >= 0 ? before : [...before, { start: before.at(-1)?.end ?? it.start, end: at }], at, false)
    piece = {
      start: at,
      islands: it.islands.filter((island) => island.start >= at),
      shown: '',
      lastInterim: position,
      interimRunning: false,
    }
  }

  const listen = (heard: Heard, position: number, blockLength: number) => {
    for (const island of heard.islands) {
      const clipped = { start: Math.max(done, island.start), end: island.end }
      if (clipped.end <= clipped.start) continue
      piece ??= begin(clipped.start - pad, position)
      if (piece.islands.length === 0) piece.start = Math.max(done, Math.min(piece.start, clipped.start - pad))
      piece.islands.push(clipped)
      lastEnd = clipped.end
    }
    if (heard.speaking) piece ??= begin(position - blockLength - 2 * pad, position)
    if (!piece) {
      if (lastEnd !== undefined && position - lastEnd >= utteranceGap && waiting.length === 0) {
        events.put({ type: 'utterance_end', at_ms: ms(lastEnd) })
        lastEnd = undefined
      }
      return
    }
    const last = piece.islands.at(-1)
    if (heard.speaking || !last) {
      if (position - piece.start >= longestPiece) cutLong(piece, position)
      if (piece) interim(piece, position)
      // A click that the detector took back.
      if (!heard.speaking && !last && position - piece.start > second) piece = undefined
      return
    }
    if (position - last.end >= pauseThatEnds(last.end - piece.islands[0]!.start)) {
      const it = piece
      piece = undefined
      settle(it, it.islands, Math.min(position, last.end + pad), true)
    } else if (engine.guesses !== false && position - last.end >= guessAfter(engine.load())) guess(piece, position)
  }

  const close = () => {
    if (state === 'closed') return
    state = 'closed'
    inbox.end()
    stop.abort(new Error('The stream is closed.'))
    detector.close()
    events.end()
    onClosed()
  }

  const flushNow = async () => {
    listen(await detector.feed(new Int16Array(0), true), tape.end, 0)
    const it = piece
    piece = undefined
    if (it && it.islands.length > 0) settle(it, it.islands, Math.min(tape.end, it.islands.at(-1)!.end + pad), true)
    await finals
  }

  const running = (async () => {
    for await (const { block, flushed } of inbox) {
      // In small steps even when much has piled up: the end of a piece is judged at each.
      for (let at = 0; at < block.length && !signal.aborted; at += step) {
        const heard = block.subarray(at, at + step)
        tape.append(heard)
        listen(await detector.feed(leveller.level(heard)), tape.end, heard.length)
        tape.forget(Math.min(piece?.start ?? tape.end - second, tape.end - second))
      }
      if (flushed) {
        await flushNow()
        flushed()
      }
    }
  })().catch((error: unknown) => {
    if (!signal.aborted) events.fail(error)
    close()
  })
  signal.addEventListener('abort', close, { once: true })

  const flush = () => new Promise<void>((resolve) => inbox.flush(resolve))

  return {
    write(pcm) {
      if (state === 'open') inbox.put(resampler.push(pcm))
      const reached = Math.min(tape.end, waiting[0]?.end ?? tape.end)
      return { lag_ms: Math.max(0, Math.round((inbox.received - reached) / 16)) }
    },
    flush: async () => {
      if (state === 'open') await flush()
    },
    async finish() {
      if (state !== 'open') return
      state = 'finishing'
      const flushed = flush()
      inbox.end()
      await Promise.race([flushed, running])
      await running
      close()
    },
    async close() {
      close()
      await running
    },
    [Symbol.asyncIterator]: () => events[Symbol.asyncIterator](),
  }
}
