import type { Chapter } from './chapters.ts'
import { createPace } from './pace.ts'
import { type Evidence, evidenceAt, type TextSegment } from './segment.ts'
import { type SpokenSentence, sentencesIn } from './sentences.ts'
import { asWritten } from './spoken.ts'
import { smallWords, topicsOf, wordsOf } from './words.ts'

/** A sentence as it was said, without its fillers, and where. */
export interface SummarySentence extends Evidence {
  text: string
  speaker: string | null
}

interface Scored {
  sentence: SpokenSentence
  order: number
  topics: string[]
  score: number
}

const weighty =
  /\b(?:in summary|to sum up|in conclusion|most important|the point is|key|goal|result|we (?:decided|agreed|need|will|have to)|decision|deadline|because|therefore|problem|plan|budget|revenue|launch|important|main|conclusion|wichtig|ergebnis|entscheid\w+|importante|risultato|décid\w+|résultat)\b/i
/** Sums up or settles: what a reader wants to find here before all else. */
const telling =
  /\b(?:we(?:['’]ve| have)? (?:all )?(?:decided|agreed)|let['’]s go with|is a (?:\w+ )?(?:cost|benefit|method|kind|form|term|theory|process|way|measure)\b|is (?:called|defined as)|we call (?:that|it|this)|that's the (?:definition|whole idea)|the (?:bad|good) news is|the (?:trouble|problem|point|result|reason|beauty) (?:is|of)|the bottom line)\b/i
const sumsUp = /\b(?:to sum up|in summary|to summari[sz]e|to recap|in short|in conclusion|long story short)\b/i
/** What it speaks of stands in the sentence before: alone it can not be understood. */
const leaning =
  /^(?:it|that|this|they|them|those|these|he|she|if (?:he|she|it|they|not|so)|which|who|there|then|because|both|same|otherwise|like)\b/i
const thanks = /^(?:thanks|thank you|welcome|good morning|please remember|sorry)\b/i
const idle =
  /^(?:um+|uh+|okay|ok|yeah|yes|no|right|thanks?|thank you|hello|hi|good morning|sure|exactly|great|so|well)\b[^,]{0,30}$/i

/**
 * The sentences that say most of what is said, in their order: those nearest to the topics of the whole, at least one
 * of each chapter as far as they reach, none that repeats another.
 */
export async function summaryOf(
  segments: readonly TextSegment[],
  language: string | null,
  chapters: readonly Chapter[] = [],
  sentences?: number,
  signal?: AbortSignal,
): Promise<SummarySentence[]> {
  const scored = await score(segments, language, signal)
  const wanted = sentences ?? Math.min(12, Math.max(3, Math.round(Math.sqrt(scored.length) * 0.9)))
  const best = [...scored].sort((a, b) => b.score - a.score)
  const chosen: Scored[] = []
  const take = (from: readonly Scored[]) => {
    const next = from.find(
      (it) => !chosen.includes(it) && !chosen.some((other) => overlap(it.topics, other.topics) > 0.5),
    )
    if (next) chosen.push(next)
    return next !== undefined
  }
  for (const { from_idx, to_idx } of chapters.slice(0, wanted)) {
    take(best.filter(({ sentence }) => sentence.segment.idx >= from_idx && sentence.segment.idx <= to_idx).slice(0, 20))
  }
  while (chosen.length < wanted && take(best));
  return chosen
    .sort((a, b) => a.order - b.order)
    .map(({ sentence: { text, segment, start } }) => ({
      text: asWritten(text),
      speaker: segment.speaker ?? null,
      ...evidenceAt(segment, start),
    }))
}

async function score(
  segments: readonly TextSegment[],
  language: string | null,
  signal?: AbortSignal,
): Promise<Scored[]> {
  const pace = createPace()
  const stop = smallWords(language)
  const all: Scored[] = []
  const weight = new Map<string, number>()
  for (const [order, sentence] of sentencesIn(segments).entries()) {
    await pace(signal)
    const topics = topicsOf(sentence.text, stop)
    for (const topic of new Set(topics)) weight.set(topic, (weight.get(topic) ?? 0) + 1)
    all.push({ sentence, order, topics, score: 0 })
  }
  let summing = 0
  for (const it of all) {
    const written = asWritten(it.sentence.text)
    if (sumsUp.test(it.sentence.text)) summing = 3
    else summing -= 1
    const distinct = [...new Set(it.topics)]
    const centre = distinct.reduce((sum, topic) => sum + Math.log(1 + (weight.get(topic) ?? 0)), 0)
    const length = wordsOf(written).length
    // Neither a fragment nor a ramble reads as a summary.
    const fit = length < 6 ? 0.3 : length > 45 ? 0.6 : 1
    const asks = /[?？]$/u.test(it.sentence.text) ? 0.5 : 1
    const says = telling.test(written) || summing > 0 ? 1.7 : weighty.test(written) ? 1.25 : 1
    const stands = leaning.test(written) ? 0.6 : 1
    const opens = it.order < 3 ? 1.1 : 1
    it.score =
      (idle.test(it.sentence.text) || thanks.test(written) ? 0.1 : 1) *
      fit *
      asks *
      says *
      stands *
      opens *
      (centre / Math.sqrt(distinct.length + 4))
  }
  return all.filter((it) => it.topics.length > 1)
}

function overlap(a: readonly string[], b: readonly string[]): number {
  const other = new Set(b)
  const shared = new Set(a.filter((topic) => other.has(topic))).size
  return shared / Math.max(1, Math.min(new Set(a).size, other.size))
}
