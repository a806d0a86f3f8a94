import { createLeveller } from '../../audio/level.ts'
import { quietestPlace } from '../../audio/quiet.ts'
import { createResampler } from '../../audio/resample.ts'
import { createEventQueue } from '../event-queue.ts'
import type { RecognitionStream, StreamEvent, StreamOptions } from '../port.ts'
import { stretchDecoder } from './decoding.ts'
import type { PieceEngine } from './engine.ts'
import { mostWaiting, orderedFinals } from './finals.ts'
import { hushAtEnd } from './hush.ts'
import { createInbox } from './inbox.ts'
import { growingText } from './interims.ts'
import { guessAfter, hushThatEnds, longestPiece, pauseThatEnds } from './pace.ts'
import { type Guess, isOf, type OpenPiece, openPiece } from './piece.ts'
import { createTape } from './tape.ts'
import type { Heard, Island, VoiceDetector } from './voice.ts'

const second = 16_000
const pad = 0.2 * second
const step = 0.16 * second
const utteranceGap = second
/** So much later than it is the detector may put the end of speech, at most. */
const detectorsDelay = 0.2 * second
/** The voice is measured over so much. */
const hushWindow = 1.5 * second

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
  const words = options.words ?? false
  const decode = stretchDecoder({ engine, tape, words, signal })
  const finals = orderedFinals({ decode, events, ms, words, signal })
  const interims = growingText({
    ...{ decode, tape, events, ms, load: engine.load },
    current: (it) => it === piece && finals.waiting === 0,
  })

  let piece: OpenPiece | undefined
  /** No sound before this belongs to what comes next. */
  let done = 0
  let lastEnd: number | undefined
  let speaking = false
  /** Where what is being said just now began, about. */
  let onset = 0
  let state: 'open' | 'finishing' | 'closed' = 'open'

  const begin = (start: number, position: number) => {
    const it = openPiece(Math.max(done, start), position)
    engine.speaking(1)
    events.push({ type: 'speech_started', at_ms: ms(it.start) })
    return it
  }

  /** Nothing is being said any more. */
  const endPiece = () => {
    if (piece) engine.speaking(-1)
    piece = undefined
  }

  const settle = (it: OpenPiece, islands: OpenPiece['islands'], end: number, speech_final: boolean) => {
    done = end
    finals.settle(it, { islands, end, speech_final })
  }

  const settleAll = (it: OpenPiece, position: number) => {
    endPiece()
    settle(it, it.islands, Math.min(position, it.islands.at(-1)!.end + pad), true)
  }

  const guess = (it: OpenPiece, position: number, end: number, islands: readonly Island[]): Guess => {
    it.guess?.decoding.drop()
    const to = Math.min(position, end + pad)
    return { end, to, decoding: decode({ from: it.start, to, priority: 'live-guess', islands }), shows: false }
  }

  const hushOf = (it: OpenPiece, position: number) =>
    hushAtEnd(tape.read(Math.max(it.start, position - hushWindow), position))

  /** The detector puts the end late: where it only heard quiet, that is not speech. */
  const endHeard = (it: OpenPiece, { start, end }: Island, position: number) => {
    const quietFrom = position - hushOf(it, position)
    return quietFrom > start && end - quietFrom <= detectorsDelay ? Math.min(end, quietFrom) : end
  }

  /** The detector is not sure yet; by the time it is, the final may be ready. */
  const guessEarly = (it: OpenPiece, position: number) => {
    if (guessAfter(engine.load()) > 0) return
    const hush = hushOf(it, position)
    const end = position - hush
    if (hush < hushThatEnds || (it.guess && isOf(it.guess, end))) return
    const start = Math.min(end, Math.max(onset, it.islands.at(-1)?.end ?? it.start))
    it.guess = guess(it, position, end, [...it.islands, { start, end }])
  }

  const guessAtEnd = (it: OpenPiece, position: number) => {
    const { end } = it.islands.at(-1)!
    if (!it.guess || !isOf(it.guess, end)) it.guess = guess(it, position, end, it.islands)
    if (it.guess.shows) return
    it.guess.shows = true
    // Its text is shown as an interim would be.
    it.lastAsked = position
    it.guess.decoding.result.then(
      ({ text }) => {
        if (!text || (it.kept?.end ?? 0) >= end) return
        it.kept = { end, text }
        if (options.interim) interims.show(it, text, end)
      },
      () => {},
    )
  }

  /** Someone talks without a pause: cut at the last breath in the second half, else where it is quietest. */
  const cutLong = (it: OpenPiece, position: number) => {
    const breath = it.islands.findLastIndex((island) => island.end - it.start > longestPiece * 0.4)
    const earliest = it.start + Math.floor(longestPiece * 0.6)
    const at =
      breath >= 0
        ? Math.min(it.islands[breath]!.end + pad / 2, it.islands[breath + 1]?.start ?? position)
        : earliest + quietestPlace(tape.read(earliest, position))
    const before = it.islands.filter((island) => island.start < at)
    const after = it.islands.filter((island) => island.start >= at)
    settle(it, breath >= 0 ? before : [...before, { start: before.at(-1)?.end ?? it.start, end: at }], at, false)
    piece = openPiece(at, position, after)
  }

  const listen = (heard: Heard, position: number, blockLength: number) => {
    if (heard.speaking && !speaking) onset = position - blockLength - pad
    speaking = heard.speaking
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
      if (lastEnd !== undefined && position - lastEnd >= utteranceGap && finals.waiting === 0) {
        events.push({ type: 'utterance_end', at_ms: ms(lastEnd) })
        lastEnd = undefined
      }
      return
    }
    const last = piece.islands.at(-1)
    if (heard.speaking || !last) {
      if (position - piece.start >= longestPiece) cutLong(piece, position)
      else if (heard.speaking && engine.guesses !== false) guessEarly(piece, position)
      if (options.interim) interims.ask(piece, position)
      // A click that the detector took back.
      if (!heard.speaking && !last && position - piece.start > second) endPiece()
      return
    }
    last.end = endHeard(piece, last, position)
    const quiet = position - last.end
    if (quiet >= pauseThatEnds(last.end - piece.islands[0]!.start)) settleAll(piece, position)
    else if (engine.guesses !== false && quiet >= guessAfter(engine.load())) guessAtEnd(piece, position)
  }

  const close = () => {
    if (state === 'closed') return
    state = 'closed'
    endPiece()
    inbox.end()
    stop.abort(new Error('The stream is closed.'))
    detector.close()
    events.end()
    onClosed()
  }

  const flushNow = async () => {
    listen(await detector.feed(new Int16Array(0), true), tape.end, 0)
    if (piece && piece.islands.length > 0) settleAll(piece, tape.end)
    else endPiece()
    await finals.told()
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
      return { lag_ms: Math.max(0, Math.round((inbox.received - finals.reached(tape.end)) / 16)) }
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
