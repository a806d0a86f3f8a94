import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeWav } from '../../audio/wav.ts'
import { SpeechError } from '../errors.ts'
import type { Recogniser, StreamOptions } from '../port.ts'
import type { PieceEngine } from './engine.ts'
import { openPieceStream } from './stream.ts'
import type { VoiceDetector } from './voice.ts'

interface Listening {
  openDetector(): Promise<VoiceDetector>
  /** Streams at once; each piece is a request to the engine. */
  maxStreams?: number
}

/** Gives a recogniser that knows finished recordings only a live stream: each piece of speech is sent as a recording of its own. */
export function withStreaming(recogniser: Recogniser, { openDetector, maxStreams = 50 }: Listening): Recogniser {
  let streams = 0

  const stream = async (options: StreamOptions) => {
    if (streams >= maxStreams)
      throw new SpeechError(
        recogniser.name,
        'unavailable',
        'Too many live conversations use this engine now. Try again when one has ended.',
        {
          retryable: true,
          retryAfter: 30,
        },
      )
    streams++
    let spent_usd = 0
    const release = () => {
      streams--
    }
    const engine: PieceEngine = {
      name: recogniser.name,
      openDetector,
      guesses: false,
      // Interims are paid for as often as they are sent, so there are few of them.
      load: () => ({ finals: 0.6, speaking: streams, workers: 1 }),
      speaking: () => {},
      async recognise(samples, { signal, islands }) {
        const folder = await mkdtemp(join(tmpdir(), 'mina-piece-'))
        try {
          const path = join(folder, 'piece.wav')
          const { duration_ms } = await writeWav(path, [samples])
          const { size } = await stat(path)
          const { interim: _, sampleRate: __, offset_ms: ___, ...asked } = options
          const transcript = await recogniser.transcribe(
            { path, duration_ms, channels: 1, size, name: 'piece.wav' },
            { ...asked, signal, words: islands !== undefined, onUtterance: undefined, onProgress: undefined },
          )
          spent_usd += transcript.cost_usd
          const scores = transcript.utterances.flatMap((utterance) => utterance.confidence ?? [])
          return {
            text: transcript.utterances.map((utterance) => utterance.text).join(' '),
            confidence: scores.length > 0 ? scores.reduce((sum, it) => sum + it, 0) / scores.length : null,
            ...(islands ? { words: transcript.utterances.flatMap((utterance) => utterance.words ?? []) } : {}),
          }
        } finally {
          await rm(folder, { recursive: true, force: true })
        }
      },
    }
    try {
      return { ...openPieceStream(engine, await openDetector(), options, release), cost_usd: () => spent_usd }
    } catch (error) {
      release()
      throw error
    }
  }

  return {
    ...recogniser,
    name: recogniser.name,
    get capabilities() {
      return { ...recogniser.capabilities, streaming: true }
    },
    stream,
  }
}
