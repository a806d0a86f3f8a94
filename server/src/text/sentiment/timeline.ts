import { loadEnglish } from '../english.ts'
import { createPace } from '../pace.ts'
import { type Evidence, evidenceAt, type TextSegment } from '../segment.ts'
import { type SpokenSentence, sentencesIn } from '../sentences.ts'
import { wordsOf } from '../words.ts'
import { chargeOf } from './score.ts'
import { type Judgement, judge, overall } from './shares.ts'

interface Stretch extends Judgement, Evidence {
  end_ms: number
}

interface Moment extends Judgement, Evidence {
  text: string
}

export interface Mood extends Judgement {
  /** Equal stretches of time, those without speech left out. */
  timeline: Stretch[]
  speakers: (Judgement & { speaker: string })[]
  /** The sentences that stand out most, best and worst. */
  moments: Moment[]
}

const fewestWords = 4

export type JudgedSpoken = SpokenSentence & { judgement: Judgement }

/** The mood of an English conversation over time, by speaker, and where it was strongest. */
export async function moodOf(segments: readonly TextSegment[], stretches = 24, signal?: AbortSignal): Promise<Mood> {
  const english = await loadEnglish()
  const pace = createPace()
  const sentences: JudgedSpoken[] = []
  for (const sentence of sentencesIn(segments)) {
    await pace(signal)
    sentences.push({ ...sentence, judgement: judge(chargeOf(sentence.text, english)) })
  }
  return moodFrom(sentences, stretches)
}

/** The same from sentences that somebody else has judged. */
export const moodFrom = (sentences: readonly JudgedSpoken[], stretches = 24): Mood => ({
  ...together(sentences),
  timeline: timelineOf(sentences, stretches),
  speakers: [...Map.groupBy(sentences, ({ segment }) => segment.speaker ?? '')]
    .filter(([speaker]) => speaker !== '')
    .map(([speaker, said]) => ({ speaker, ...together(said) })),
  moments: momentsOf(sentences),
})

const together = (sentences: readonly JudgedSpoken[]): Judgement => overall(sentences.map(({ judgement }) => judgement))

function timelineOf(sentences: readonly JudgedSpoken[], stretches: number): Stretch[] {
  const from = sentences[0]?.segment.start_ms ?? 0
  const to = sentences.reduce((latest, { segment }) => Math.max(latest, segment.end_ms), from)
  const width = Math.max(1, (to - from) / stretches)
  const slots = Map.groupBy(sentences, (it) =>
    Math.min(stretches - 1, Math.max(0, Math.floor((evidenceAt(it.segment, it.start).start_ms - from) / width))),
  )
  return [...slots]
    .sort(([a], [b]) => a - b)
    .map(([slot, said]) => ({
      ...together(said),
      segment_id: said[0]!.segment.id,
      start_ms: Math.round(from + slot * width),
      end_ms: Math.round(from + (slot + 1) * width),
    }))
}

function momentsOf(sentences: readonly JudgedSpoken[]): Moment[] {
  const lean = ({ judgement: { scores } }: JudgedSpoken) => scores.positive - scores.negative
  // "Perfect." and "Lovely, thanks." answer something, and tell a reader nothing.
  const charged = sentences
    .filter((it) => Math.abs(lean(it)) > 0.6 && wordsOf(it.text).length >= fewestWords)
    .sort((a, b) => lean(b) - lean(a))
  const best = charged.filter((it) => lean(it) > 0).slice(0, 3)
  const worst = charged.filter((it) => lean(it) < 0).slice(-3)
  return [...best, ...worst].map(({ segment, start, text, judgement }) => ({
    text,
    ...judgement,
    ...evidenceAt(segment, start),
  }))
}
