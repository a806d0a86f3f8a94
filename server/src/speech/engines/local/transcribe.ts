import { decode as decodeFile } from '../../../audio/decode.ts'
import { SpeechError } from '../../errors.ts'
import type { RecognitionOptions, Recording, Transcript, Utterance, Warning } from '../../port.ts'
import type { Piece } from './cutting.ts'
import { createLanguageEvidence, fewWords, type LanguageEvidence } from './language.ts'
import { inOrder } from './parallel.ts'
import { type PieceText, recognisePiece } from './piece.ts'
import { type Cut, cutPieces, type SpeakerTurn } from './pieces.ts'
import { type DecodeRequest, type DecoderPool, PieceLost } from './pool.ts'
import type { VoiceDetectors } from './vad.ts'
import { estimateWords, padded, timedWords, wordIslands } from './words.ts'

export interface Ears {
  pool: DecoderPool
  detectors: VoiceDetectors
  model: string
  /** The built-in model: what does not sound English is told. */
  englishOnly: boolean
}

interface Work extends Ears {
  options: RecognitionOptions
  request: DecodeRequest
  evidence: LanguageEvidence
  /** Second hearings under way; the language is judged when they have ended. */
  checks: Promise<void>[]
  warnings: Warning[]
  /** How long the first piece may be, where that is less than others. */
  first: number | undefined
}

type Result = { position: number; utterance?: Utterance | undefined }

const ms = (samples: number) => Math.round(samples / 16)
const shortRecording = 120_000
/** The first words of a long recording are waited for, so its first piece is a short one. A short recording needs all the context there is. */
const firstOfLong = 5 * 16_000

/** The whole way of one recording: decoded, cut, recognised in parallel, told in order. */
export async function transcribeLocally(
  ears: Ears,
  recording: Recording,
  options: RecognitionOptions,
  turns: readonly SpeakerTurn[] = [],
): Promise<Transcript> {
  options.signal?.throwIfAborted()
  const stop = new AbortController()
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal
  const evidence = createLanguageEvidence()
  const warnings: Warning[] = []
  const isShort = recording.duration_ms < shortRecording
  const priority = options.priority ?? (isShort ? 'short' : 'long')
  const work: Work = {
    ...{ ...ears, options, evidence, warnings },
    request: { priority, owner: stop, signal },
    checks: [],
    first: isShort ? undefined : firstOfLong,
  }
  const channels = options.multichannel && recording.channels > 1 ? recording.channels : 1
  // Its length was judged and counted before: what goes on much longer than it says is not heard to its end.
  const maxSeconds = (recording.duration_ms / 1000) * 1.05 + 60
  const utterances: Utterance[] = []
  const reached = new Array<number>(channels).fill(0)
  let told = 0
  const progress = () => {
    const audio_s = reached.reduce((sum, it) => sum + it, 0) / channels / 16_000
    const done = Math.min(0.999, (audio_s * 1000) / recording.duration_ms)
    if (done > told) options.onProgress?.({ done, audio_s })
    told = Math.max(told, done)
  }
  try {
    const { path, from_ms = 0 } = recording
    const sources = Array.from({ length: channels }, (_, channel) => {
      const blocks = decodeFile(path, { signal, maxSeconds, from_ms, ...(channels > 1 ? { channel } : {}) })
      return recogniseChannel(blocks, work, turns, channels > 1 ? channel : undefined)
    })
    for await (const { channel, position, utterance } of merged(sources)) {
      reached[channel] = position
      if (utterance) {
        utterances.push(utterance)
        await options.onUtterance?.(utterance)
        signal.throwIfAborted()
      }
      progress()
    }
    await Promise.all(work.checks)
  } catch (error) {
    options.signal?.throwIfAborted()
    throw error
  } finally {
    stop.abort(new SpeechError('local', 'unavailable', 'The recognition has ended.'))
  }
  options.onProgress?.({ done: 1, audio_s: recording.duration_ms / 1000 })
  const mismatch = ears.englishOnly ? evidence.verdict() : undefined
  if (mismatch) warnings.push(mismatch)
  else if (utterances.length === 0)
    warnings.push({ code: 'no_speech', message: 'No speech was found in this recording.' })
  return {
    utterances: mismatch ? utterances.map((it) => ({ ...it, doubtful: true })) : utterances,
    language: mismatch ? null : ears.englishOnly ? 'en' : namedLanguage(options.language),
    duration_ms: recording.duration_ms,
    ...{ engine: 'local', model: ears.model, warnings, chunks: 1, cost_usd: 0 },
  }
}

/** A lost piece is told by its first hearing; what else fails has failed for all. */
const compared = (disagreement: Promise<number | undefined>, evidence: LanguageEvidence): Promise<void> =>
  disagreement.then(evidence.compare, () => {})

const namedLanguage = (language: string | undefined) => (language && language !== 'auto' ? language : null)

async function* recogniseChannel(
  blocks: AsyncGenerator<Int16Array>,
  work: Work,
  turns: readonly SpeakerTurn[],
  channel?: number,
): AsyncGenerator<Result> {
  const detector = await work.detectors.open()
  try {
    // Enough ahead that no decoder waits at the end of a piece, and few enough that memory stays flat.
    yield* inOrder(cutPieces(blocks, detector, { turns, first: work.first }), work.pool.size * 2 + 1, (cut) =>
      recogniseCut(cut, work, channel),
    )
  } finally {
    detector.close()
    await blocks.return(undefined)
  }
}

async function recogniseCut(cut: Cut, work: Work, channel: number | undefined): Promise<Result> {
  const { piece, position } = cut
  if (!piece) return { position }
  const decode = (samples: Int16Array) => work.pool.decode(samples, work.request)
  const spoken = piece.islands.reduce((sum, island) => sum + island.end - island.start, 0) / 16_000
  const twice = work.englishOnly && work.evidence.asksTwice(spoken)
  let heard: PieceText
  try {
    heard = await recognisePiece(cut.samples, decode, twice)
  } catch (error) {
    if (!(error instanceof PieceLost)) throw error
    const message = `The speech from ${clock(piece.start)} to ${clock(piece.end)} could not be recognised and is missing.`
    work.warnings.push({ code: 'gap', message, start_ms: ms(piece.start), end_ms: ms(piece.end) })
    return { position }
  }
  const { text, doubtful: looping, disagreement } = heard
  work.evidence.add({ seconds: spoken, text, doubtful: looping })
  // The text does not wait for what it only confirms.
  if (disagreement) work.checks.push(compared(disagreement, work.evidence))
  if (text === '') return { position }
  const doubtful = looping || (work.englishOnly && fewWords(spoken, text))
  const speaker = channel ?? piece.speaker
  return {
    position,
    utterance: {
      start_ms: ms(piece.islands[0]!.start),
      end_ms: ms(piece.islands.at(-1)!.end),
      ...{ text, confidence: null },
      ...(work.options.words ? await wordsOf(cut.samples, piece, heard, decode) : {}),
      ...(speaker === undefined ? {} : { speaker: `Speaker ${speaker + 1}` }),
      ...(channel === undefined ? {} : { channel }),
      ...(doubtful ? { doubtful } : {}),
    },
  }
}

const clock = (samples: number) => new Date(ms(samples)).toISOString().slice(11, 19)

async function wordsOf(
  samples: Int16Array,
  piece: Piece,
  heard: PieceText,
  decode: (samples: Int16Array) => Promise<{ text: string }>,
) {
  if (heard.timed) return { words: timedWords(heard.timed, piece.start, piece.end) }
  const islands = wordIslands(piece.islands)
  const texts =
    islands.length === 1
      ? [heard.text]
      : await Promise.all(
          islands.map(async (island) => {
            const { start, end } = padded(island)
            return (await decode(samples.slice(Math.max(0, start - piece.start), end - piece.start))).text
          }),
        )
  const words = estimateWords(
    heard.text,
    islands.map((island, index) => ({ ...island, text: texts[index]! })),
  )
  return { words, wordsEstimated: true }
}

/** Several channels as one conversation, by the time at which each utterance begins. */
async function* merged(sources: AsyncGenerator<Result>[]): AsyncGenerator<Result & { channel: number }> {
  const ahead = async (channel: number): Promise<(Result & { channel: number }) | undefined> => {
    const next = await sources[channel]!.next()
    return next.done ? undefined : { ...next.value, channel }
  }
  const heads = sources.map((_, channel) => ahead(channel))
  for (const head of heads) head.catch(() => {})
  try {
    for (;;) {
      const known = (await Promise.all(heads)).filter((head) => head !== undefined)
      const next = known.toSorted((a, b) => order(a) - order(b))[0]
      if (!next) return
      heads[next.channel] = ahead(next.channel)
      heads[next.channel]!.catch(() => {})
      yield next
    }
  } finally {
    await Promise.allSettled(sources.map((source) => source.return(undefined)))
  }
}

const order = ({ utterance, position }: Result) => (utterance ? utterance.start_ms * 16 : position)
