import { loadEnglish } from '../english.ts'
import { createPace } from '../pace.ts'
import { type Sentence, sentencesOf } from '../sentences.ts'
import { chargeOf } from './score.ts'
import { type Judgement, judge, overall } from './shares.ts'

export type { Judgement, Scores, Sentiment } from './shares.ts'
export { judged, overall } from './shares.ts'
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
