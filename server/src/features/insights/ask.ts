import type { AskAnswer, Limit, Passage, RankedPassage } from '@mina/contract'
import { z } from 'zod'
import type { Log } from '../../platform/log.ts'
import { Refusal } from '../../platform/refusal.ts'
import { detectLanguage } from '../../text/language.ts'
import { sentencesOf } from '../../text/sentences.ts'
import { smallWords, topicsOf } from '../../text/words.ts'
import { tokensOf } from './digest.ts'
import { createGround } from './grounding.ts'
import { type ChatModel, metered, TooMuchAtOnce, type Usage } from './model.ts'
import { askPrompt } from './prompts.ts'

const Answer = z.object({
  found: z.boolean(),
  sentences: z.array(
    z.object({ text: z.string(), passages: z.array(z.int()).describe('numbers of the passages this rests on') }),
  ),
})

export interface AskOptions {
  /** How many passages to show. */
  limit?: number
  signal?: AbortSignal
  /** What each request to the model took: spent also where the passages are the answer in the end. */
  onUsage?: (usage: Usage) => void
}

/** Answers from passages that search has found and the caller may read. Without a model, the passages are the answer. */
export async function ask(
  question: string,
  passages: readonly Passage[],
  { limit = 12, signal, onUsage }: AskOptions,
  model: ChatModel | null,
  log: Log,
): Promise<AskAnswer> {
  const { language } = await detectLanguage(question)
  const ranked = rank(question, passages, language ?? 'en').slice(0, limit)
  const shown = (limits: Limit[]): AskAnswer => ({
    engine: 'embedded',
    found: ranked.some((passage) => passage.score > 0),
    answer: [],
    passages: ranked,
    limits,
  })
  if (ranked.length === 0) return shown([])
  if (!model) {
    const message =
      'These are the passages that fit best. Set LLM_BASE_URL and LLM_MODEL to have a language model answer from them.'
    return shown([{ code: 'no_model', message }])
  }
  try {
    const used = fitting(ranked, model.inputTokens)
    const { found, sentences } = await answerFrom(question, used, metered(model, onUsage).model, signal)
    const spoken = used.map((passage, idx) => ({ ...passage, id: passage.segment_id, idx, end_ms: passage.start_ms }))
    const ground = createGround(spoken, null, { follow: false })
    const answer = sentences.map(({ text, passages: named }) => {
      const lines = [...new Set(named)].map((number) => number - 1).filter((line) => used[line])
      const { supported, doubts } = ground.check(text, lines)
      const citations = lines.map((line) => {
        const { conversation_id, segment_id, start_ms } = used[line]!
        return { conversation_id, segment_id, start_ms }
      })
      // An answer that names no passage is the model's own knowledge, whatever it resembles.
      if (citations.length > 0) return { text, supported, doubts, citations }
      return { text, supported: false, doubts: ['Nothing that was said is named for this.'], citations }
    })
    return {
      engine: 'model',
      found: found && answer.length > 0,
      answer: found ? answer : [],
      passages: ranked,
      limits: [],
    }
  } catch (error) {
    signal?.throwIfAborted()
    if (!(error instanceof Refusal || error instanceof TooMuchAtOnce)) throw error
    log.warn({ code: error instanceof Refusal ? error.code : 'too_much' }, 'a question is answered with passages only')
    return shown([{ code: 'model_failed', message: `${error.message} These are the passages that fit best.` }])
  }
}

async function answerFrom(
  question: string,
  passages: readonly RankedPassage[],
  model: ChatModel,
  signal: AbortSignal | undefined,
): Promise<z.output<typeof Answer>> {
  try {
    const prompt = askPrompt(
      question,
      // "I'll send it" answers who will, once it is known who spoke.
      passages.map(({ speaker, text }) => (speaker ? `${speaker}: ${text}` : text)),
    )
    return await model.answer({ name: 'answer', schema: Answer, ...prompt, ...(signal && { signal }) })
  } catch (error) {
    if (!(error instanceof TooMuchAtOnce) || passages.length < 2) throw error
    return answerFrom(question, passages.slice(0, Math.ceil(passages.length / 2)), model, signal)
  }
}

function fitting(passages: readonly RankedPassage[], limit: number): RankedPassage[] {
  let size = 0
  const fit = passages.filter(({ text }) => {
    size += tokensOf(text) + 6
    return size <= limit
  })
  return fit.length > 0 ? fit : passages.slice(0, 1).map((it) => ({ ...it, text: it.best.text.slice(0, limit * 3) }))
}

/** By the rarity of the question's words that a passage holds; search has found them, this only orders. */
export function rank(question: string, passages: readonly Passage[], language: string): RankedPassage[] {
  const stop = smallWords(language)
  const wanted = [...new Set(topicsOf(question, stop))]
  const held = passages.map((passage) => new Set(topicsOf(passage.text, stop)))
  const rarity = new Map(
    wanted.map((topic) => [topic, Math.log(1 + passages.length / (1 + held.filter((it) => it.has(topic)).length))]),
  )
  const score = (topics: ReadonlySet<string>): number =>
    wanted.reduce((sum, topic) => sum + (topics.has(topic) ? (rarity.get(topic) ?? 0) : 0), 0)
  return passages
    .map((passage, at) => {
      const sentences = sentencesOf(passage.text)
      const scored = sentences.map((sentence) => score(new Set(topicsOf(sentence.text, stop))))
      const best = sentences[scored.indexOf(Math.max(...scored))] ?? {
        text: passage.text,
        start: 0,
        end: passage.text.length,
      }
      const { text, start, end } = best
      return { ...passage, score: Math.round(score(held[at]!) * 1_000) / 1_000, best: { text, start, end } }
    })
    .sort((a, b) => b.score - a.score)
}
