import type { Utterance, Word } from '../../port.ts'
import { speakerName } from '../../speakers.ts'
import type { DeepgramAnswer, DeepgramWord } from './answer.ts'

export const milliseconds = (seconds: number) => Math.round(seconds * 1000)

export const wordOf = (it: DeepgramWord, offset_ms = 0): Word => ({
  text: it.word,
  start_ms: offset_ms + milliseconds(it.start),
  end_ms: offset_ms + milliseconds(it.end),
  confidence: it.confidence,
  ...(it.punctuated_word !== undefined && it.punctuated_word !== it.word && { punctuated: it.punctuated_word }),
  ...(it.speaker !== undefined && { speaker: speakerName(it.speaker) }),
})

interface Shape {
  multichannel: boolean
}

/** Deepgram's own utterances, cut where the speaker changes; from the words where the answer has no utterances. */
export function utterancesOf(answer: DeepgramAnswer, { multichannel }: Shape): Utterance[] {
  const pieces = answer.results.utterances ?? answer.results.channels.flatMap(wholeChannel)
  return pieces
    .filter((piece) => piece.transcript.trim() !== '')
    .flatMap((piece) => bySpeaker(piece, multichannel))
    .sort((one, other) => one.start_ms - other.start_ms)
}

type Piece = NonNullable<DeepgramAnswer['results']['utterances']>[number]

function wholeChannel(channel: DeepgramAnswer['results']['channels'][number], index: number): Piece[] {
  const best = channel.alternatives[0]!
  const first = best.words[0]
  const last = best.words.at(-1)
  if (!first || !last) return []
  return [{ ...best, start: first.start, end: last.end, channel: index }]
}

function bySpeaker(piece: Piece, multichannel: boolean): Utterance[] {
  const runs: DeepgramWord[][] = []
  for (const word of piece.words) {
    const run = runs.at(-1)
    if (run && run[0]!.speaker === word.speaker) run.push(word)
    else runs.push([word])
  }
  const channel = multichannel ? { channel: piece.channel, speaker: speakerName(piece.channel) } : {}
  const speaker = (number: number | undefined) => (number === undefined ? {} : { speaker: speakerName(number) })
  if (runs.length < 2) {
    return [
      {
        start_ms: milliseconds(piece.start),
        end_ms: milliseconds(piece.end),
        text: piece.transcript.trim(),
        confidence: piece.confidence,
        words: piece.words.map((word) => wordOf(word)),
        ...speaker(piece.speaker ?? piece.words[0]?.speaker),
        ...channel,
      },
    ]
  }
  return runs.map((words) => ({
    start_ms: milliseconds(words[0]!.start),
    end_ms: milliseconds(words.at(-1)!.end),
    text: words.map((word) => word.punctuated_word ?? word.word).join(' '),
    confidence: words.reduce((sum, word) => sum + word.confidence, 0) / words.length,
    words: words.map((word) => wordOf(word)),
    ...speaker(words[0]!.speaker),
    ...channel,
  }))
}
