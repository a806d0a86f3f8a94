import { SpeechError } from '../../errors.ts'
import type { RecognitionStream, StreamEvent, StreamOptions } from '../../port.ts'
import type { PieceEngine, PieceRequest, RecognisedPiece } from '../../streaming/engine.ts'
import { openPieceStream } from '../../streaming/stream.ts'
import { doubts, withoutRepeats } from './guards.ts'
import { createLanguageEvidence } from './language.ts'
import { type PieceText, recognisePiece } from './piece.ts'
import type { DecoderPool } from './pool.ts'
import type { VoiceDetectors } from './vad.ts'
import { estimateWords, timedWords } from './words.ts'

interface LiveOptions {
  detectors: VoiceDetectors
  /** Streams that fit this machine. */
  most: () => number
}

interface Asked extends StreamOptions {
  pool: DecoderPool
  /** The built-in model: what does not sound English is told. */
  englishOnly: boolean
}

/** Live streams of the embedded engine: as many as this machine can keep up with. */
export function liveStreams({ detectors, most }: LiveOptions) {
  let open = 0
  let speaking = 0

  const engineOn = (pool: DecoderPool): PieceEngine => ({
    name: 'local',
    openDetector: detectors.open,
    load: () => ({ finals: pool.finalLoad, speaking, workers: pool.size }),
    speaking(change) {
      speaking += change
    },
    recognise: (samples, request) => recognise(pool, samples, request),
  })

  return async ({ pool, englishOnly, ...asked }: Asked): Promise<RecognitionStream> => {
    if (open >= most())
      throw new SpeechError(
        'local',
        'unavailable',
        `This machine already follows ${open} live conversations, as many as it can keep up with. Try again when one has ended.`,
        { retryable: true, retryAfter: 30 },
      )
    open++
    let counted = true
    const release = () => {
      if (counted) open--
      counted = false
    }
    try {
      pool.warm()
      const stream = openPieceStream(engineOn(pool), await detectors.open(), asked, release)
      return englishOnly ? tellingOtherLanguages(stream) : stream
    } catch (error) {
      release()
      throw error
    }
  }
}

async function recognise(pool: DecoderPool, samples: Int16Array, request: PieceRequest): Promise<RecognisedPiece> {
  const decode = (part: Int16Array) => pool.decode(part, request)
  const heard =
    request.priority === 'live-interim' ? await decodedOnce(samples, decode) : await recognisePiece(samples, decode)
  const { text, doubtful, timed } = heard
  return {
    ...{ text, confidence: null },
    ...(request.islands && {
      words: timed
        ? timedWords(timed, 0, samples.length)
        : estimateWords(
            text,
            request.islands.map((island) => ({ ...island, text: '' })),
          ),
      wordsEstimated: !timed,
    }),
    ...(doubtful && { doubtful }),
  }
}

/** Text that is replaced within seconds is not worth a second decode. */
async function decodedOnce(
  samples: Int16Array,
  decode: (samples: Int16Array) => ReturnType<DecoderPool['decode']>,
): Promise<PieceText> {
  const { text, tokens, timed } = await decode(samples)
  const doubtful = doubts(text, tokens, samples.length / 16_000).length > 0
  return { text: doubtful ? withoutRepeats(text) : text, doubtful, timed }
}

/** Says once, as soon as it is clear, that somebody speaks another language than the model knows. */
function tellingOtherLanguages(stream: RecognitionStream): RecognitionStream {
  const evidence = createLanguageEvidence()
  async function* events(): AsyncGenerator<StreamEvent> {
    let told = false
    for await (const event of stream) {
      yield event
      if (told || event.type !== 'final') continue
      const { start_ms, end_ms, text, doubtful = false } = event.utterance
      evidence.add({ seconds: (end_ms - start_ms) / 1000, text, doubtful })
      const warning = evidence.verdict()
      told = warning !== undefined
      if (warning) yield { type: 'warning', warning }
    }
  }
  return { ...stream, [Symbol.asyncIterator]: events }
}
