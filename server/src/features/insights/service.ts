import type { AskAnswer, Insights, Passage, SentimentAnswer } from '@mina/contract'
import type { Log } from '../../platform/log.ts'
import type { AnalyseInput, AnalyseOptions } from './analyse.ts'
import { type AskOptions, ask } from './ask.ts'
import { createChatModel, type ModelSettings } from './model.ts'
import { sentimentOfText } from './sentiment.ts'

export interface InsightService {
  /** What the model is called, null where none is configured. */
  readonly model: string | null
  analyse(input: AnalyseInput, options?: AnalyseOptions): Promise<Insights>
  ask(question: string, passages: readonly Passage[], options?: AskOptions): Promise<AskAnswer>
  sentiment(text: string, language?: string, signal?: AbortSignal): Promise<SentimentAnswer>
}

export function createInsights({ llm, log }: { llm?: ModelSettings; log: Log }): InsightService {
  const model = llm ? createChatModel(llm, log) : null
  return {
    model: model?.name ?? null,
    // The grammar of dates and names is large, and most processes never analyse.
    analyse: async (input, options = {}) => (await import('./analyse.ts')).analyse(input, options, model, log),
    ask: (question, passages, options = {}) => ask(question, passages, options, model, log),
    sentiment: (text, language, signal) => sentimentOfText(text, language, model, signal),
  }
}
