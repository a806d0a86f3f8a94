import type { Mood, SentenceSentiment, SentimentAnswer } from '@mina/contract'
import { z } from 'zod'
import { Refusal } from '../../platform/refusal.ts'
import { detectLanguage } from '../../text/language.ts'
import type { TextSegment } from '../../text/segment.ts'
import { type Sentence, sentencesIn, sentencesOf } from '../../text/sentences.ts'
import { judged, moodFrom, overall, sentimentOf } from '../../text/sentiment/index.ts'
import { tokensOf } from './digest.ts'
import { type ChatModel, TooMuchAtOnce } from './model.ts'
import { sentimentPrompt } from './prompts.ts'

const Judgements = z.object({
  sentences: z.array(z.object({ number: z.int(), positive: z.number(), negative: z.number(), neutral: z.number() })),
})

/** What a model may be asked about at once; beyond it a call takes minutes and belongs into a job. */
const longestForModel = 60_000
const sentencesAtOnce = 40

/** English is judged offline; other languages by the configured model, or not at all. */
export async function sentimentOfText(
  text: string,
  language: string | undefined,
  model: ChatModel | null,
  signal?: AbortSignal,
): Promise<SentimentAnswer> {
  const known = await languageOf(text, language)
  if (known === null || known === 'en') {
    return { ...(await sentimentOf(text, signal)), language: known, engine: 'embedded' }
  }
  if (!model) {
    throw new Refusal(
      'unsupported_language',
      `Sentiment works offline for English only, and this text is ${nameOf(known)}. Set LLM_BASE_URL and LLM_MODEL to have a language model judge it, or translate it to English first.`,
    )
  }
  if (text.length > longestForModel) {
    throw new Refusal(
      'too_long',
      `Texts that are not English are judged up to ${longestForModel} characters. Send it in parts.`,
    )
  }
  const sentences: SentenceSentiment[] = []
  for (const group of groupsOf(sentencesOf(text), model.inputTokens))
    sentences.push(...(await judgeGroup(group, model, signal)))
  return { ...overall(sentences), sentences, language: known, engine: 'model' }
}

/** Of a long conversation so many sentences are judged, spread evenly: its course shows in them. */
const mostForMood = 400

/** The mood of a conversation in a language that is not judged offline. */
export async function moodByModel(
  segments: readonly TextSegment[],
  model: ChatModel,
  signal?: AbortSignal,
): Promise<Mood> {
  const all = sentencesIn(segments)
  const step = Math.max(1, all.length / mostForMood)
  const spoken = all.filter((_, at) => Math.floor(at / step) !== Math.floor((at - 1) / step))
  const judgements: SentenceSentiment[] = []
  for (const group of groupsOf(spoken, model.inputTokens)) judgements.push(...(await judgeGroup(group, model, signal)))
  return moodFrom(spoken.map((sentence, at) => ({ ...sentence, judgement: judgements[at]! })))
}

/** A guess that is not reliable does not turn anybody away. */
async function languageOf(text: string, asked: string | undefined): Promise<string | null> {
  if (asked && asked !== 'auto') return asked.split('-')[0]!.toLowerCase()
  const { language, reliable } = await detectLanguage(text)
  return reliable || language === 'en' ? language : null
}

function nameOf(language: string): string {
  try {
    return new Intl.DisplayNames('en', { type: 'language' }).of(language) ?? language
  } catch {
    return language
  }
}

function groupsOf(sentences: readonly Sentence[], limit: number): Sentence[][] {
  const groups: Sentence[][] = []
  let size = Number.POSITIVE_INFINITY
  for (const sentence of sentences) {
    const tokens = tokensOf(sentence.text) + 6
    if (size + tokens > limit || (groups.at(-1)?.length ?? 0) >= sentencesAtOnce) {
      groups.push([])
      size = 0
    }
    groups.at(-1)!.push(sentence)
    size += tokens
  }
  return groups
}

async function judgeGroup(
  group: readonly Sentence[],
  model: ChatModel,
  signal?: AbortSignal,
): Promise<SentenceSentiment[]> {
  try {
    const prompt = sentimentPrompt(group.map((sentence) => sentence.text))
    const answer = await model.answer({ name: 'sentiment', schema: Judgements, ...prompt, ...(signal && { signal }) })
    const byNumber = new Map(answer.sentences.map((it) => [it.number, it]))
    return group.map((sentence, at) => {
      const shares = byNumber.get(at + 1)
      if (!shares)
        throw new Refusal(
          'provider_failed',
          'The language model left sentences out. Try again, or with a larger model.',
        )
      return { ...sentence, ...judged(normal(shares)) }
    })
  } catch (error) {
    if (!(error instanceof TooMuchAtOnce)) throw error
    if (group.length < 2)
      throw new Refusal(
        'provider_failed',
        'The language model has too little room for this text. Use one with a larger context.',
      )
    const middle = Math.ceil(group.length / 2)
    return [
      ...(await judgeGroup(group.slice(0, middle), model, signal)),
      ...(await judgeGroup(group.slice(middle), model, signal)),
    ]
  }
}

/** Models add up to one only roughly. */
function normal({ positive, negative, neutral }: { positive: number; negative: number; neutral: number }) {
  const [good, bad, plain] = [positive, negative, neutral].map((it) => Math.max(0, it)) as [number, number, number]
  const sum = good + bad + plain
  return sum === 0
    ? { positive: 0, negative: 0, neutral: 1 }
    : { positive: good / sum, negative: bad / sum, neutral: plain / sum }
}
