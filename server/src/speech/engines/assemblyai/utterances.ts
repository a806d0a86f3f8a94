import type { Utterance, Word } from '../../port.ts'
import { speakerName } from '../../speakers.ts'
import type { AssemblyaiTurn, AssemblyaiWord, FinishedJob } from './answer.ts'

const wordOf = (
  it: Pick<AssemblyaiWord, 'text' | 'start' | 'end' | 'confidence' | 'speaker'>,
  offset_ms = 0,
): Word => ({
  text: it.text,
  start_ms: offset_ms + Math.round(it.start),
  end_ms: offset_ms + Math.round(it.end),
  confidence: it.confidence,
  ...(it.speaker && { speaker: speakerName(it.speaker) }),
})

/** Pauses at which a monologue is broken, and the length after which the next sentence end breaks it too. */
const pause_ms = 800
const long_ms = 15_000

interface Shape {
  multichannel: boolean
}

export function utterancesOf(job: FinishedJob, { multichannel }: Shape): Utterance[] {
  const turns = job.utterances?.length ? job.utterances : turnsOf(job)
  return turns
    .filter((turn) => turn.text.trim() !== '')
    .flatMap((turn) => {
      const channel =
        multichannel && turn.channel
          ? { channel: Number(turn.channel) - 1, speaker: speakerName(Number(turn.channel) - 1) }
          : {}
      return sentences(turn.words).map((words) => ({
        start_ms: words[0]!.start_ms,
        end_ms: words.at(-1)!.end_ms,
        text: words.map((word) => word.text).join(' '),
        confidence: words.reduce((sum, word) => sum + (word.confidence ?? 0), 0) / words.length,
        words,
        ...(turn.speaker && { speaker: speakerName(turn.speaker) }),
        ...channel,
      }))
    })
    .sort((one, other) => one.start_ms - other.start_ms)
}

const turnsOf = (job: FinishedJob) => [{ text: job.text ?? '', words: job.words ?? [], speaker: '', channel: null }]

/** A turn may last minutes; a segment of a transcript should not. */
function sentences(from: AssemblyaiWord[]): Word[][] {
  const groups: Word[][] = []
  for (const word of from.map((it) => wordOf(it))) {
    const group = groups.at(-1)
    const last = group?.at(-1)
    const broken =
      !group ||
      !last ||
      word.start_ms - last.end_ms >= pause_ms ||
      (/[.!?…。？！]$/.test(last.text) && last.end_ms - group[0]!.start_ms >= long_ms)
    if (broken) groups.push([word])
    else group.push(word)
  }
  return groups
}

export function utteranceOfTurn(turn: AssemblyaiTurn, offset_ms: number): Utterance | null {
  const text = turn.transcript.trim()
  const words = turn.words.map((word) => wordOf(word, offset_ms))
  const first = words[0]
  const last = words.at(-1)
  if (text === '' || !first || !last) return null
  const speaker = turn.speaker_label ? speakerName(turn.speaker_label) : first.speaker
  return {
    start_ms: first.start_ms,
    end_ms: last.end_ms,
    text,
    confidence: words.reduce((sum, word) => sum + (word.confidence ?? 0), 0) / words.length,
    words,
    ...(speaker && { speaker }),
  }
}

/** Letters of the words that the engine will not change any more. */
export const settledLetters = (turn: AssemblyaiTurn): number => {
  const settled = turn.words.filter((word) => word.word_is_final).map((word) => word.text)
  const text = settled.join(' ')
  return turn.transcript.startsWith(text) ? text.length : 0
}
