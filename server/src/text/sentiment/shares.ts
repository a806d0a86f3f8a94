import type { Charge } from './score.ts'

export type Sentiment = 'positive' | 'negative' | 'neutral'

export interface Scores {
  positive: number
  negative: number
  neutral: number
}

export interface Judgement {
  sentiment: Sentiment
  confidence: number
  scores: Scores
}

/** A charge of this size is as much opinion as statement. */
const half = 0.24
/** Praise and blame closer than this cancel out. */
const undecided = 0.08

const rounded = (value: number): number => Math.round(value * 1000) / 1000

export function judge({ positive, negative }: Charge): Judgement {
  const charge = positive + negative
  const opinion = charge ** 2 / (charge ** 2 + half ** 2)
  const good = charge === 0 ? 0 : (opinion * positive) / charge
  return judged({ positive: good, negative: opinion - good, neutral: 1 - opinion })
}

export function judged(exact: Scores): Judgement {
  const positive = rounded(exact.positive)
  const negative = rounded(exact.negative)
  const scores = { positive, negative, neutral: rounded(1 - positive - negative) }
  const balanced = Math.abs(positive - negative) < undecided
  const leading: Sentiment = positive > negative ? 'positive' : 'negative'
  const opinion = positive + negative
  const sentiment = balanced || opinion < scores.neutral ? 'neutral' : leading
  // A balance of praise and blame is neutral by a narrow margin: say so.
  const confidence =
    sentiment === 'neutral' ? Math.max(scores.neutral, balanced ? 1 - opinion / 2 : 0) : scores[sentiment]
  return { sentiment, confidence: rounded(confidence), scores }
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
