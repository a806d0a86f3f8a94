import { loadEnglish } from '../english.ts'
import { createPace } from '../pace.ts'
import { type Sentence, sentencesOf } from '../sentences.ts'
import { chargeOf } from './score.ts'
import { type Judgement, judge, judged, type Scores } from './shares.ts'

export type { Judgement, Scores, Sentiment } from './shares.ts'
export { judged } from './shares.ts'
export { type Mood, moodFrom, moodOf } from './timeline.ts'

export interface JudgedSentence extends Sentence, Judgement {}

export interface TextSentiment extends Judgement {
  sentences: JudgedSentence[]
}

/** How positive an English text is, sentence by sentence and as a whole. */
export async function sentimentOf(text: string, signal?: AbortSignal): Promise<TextSentiment> {
  const english = await loadEnglish()
  const pace = createPace()
  const sentences: JudgedSentence[] = []
  for (const sentence of sentencesOf(text)) {
    await pace(signal)
    sentences.push({ ...sentence, ...judge(chargeOf(sentence.text, english)) })
  }
  return { ...overall(sentences), sentences }
}

/** Plain sentences say little about the mood of a text: they weigh a fifth of one that takes a side. */
export function overall(parts: readonly Judgement[]): Judgement {
  const sum: Scores = { positive: 0, negative: 0, neutral: 0 }
  let weights = 0
  for (const { scores } of parts) {
    const weight = 0.2 + 0.8 * (1 - scores.neutral)
    weights += weight
    sum.positive += scores.positive * weight
    sum.negative += scores.negative * weight
  }
  if (weights === 0) return judge({ positive: 0, negative: 0 })
  const positive = sum.positive / weights
  const negative = sum.negative / weights
  return judged({ positive, negative, neutral: 1 - positive - negative })
}
