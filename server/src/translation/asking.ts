import { counter, histogram } from '../platform/metrics.ts'
import { type RetryOptions, retry } from '../platform/retry.ts'
import { TranslationError } from './errors.ts'
import { protectTerms } from './glossary.ts'
import {
  addUsage,
  type EngineAnswer,
  type EngineJob,
  noUsage,
  type TranslationEngine,
  type TranslationUsage,
} from './port.ts'

export type RetrySettings = Pick<RetryOptions, 'attempts' | 'base_ms' | 'longest_ms' | 'wait'>

/** What the requests of one translation have come to. */
export interface Tally {
  usage: TranslationUsage
  spend: (more: TranslationUsage) => void
  detectedSource: string | null
  answers: number
}

export const newTally = (onUsage: (more: TranslationUsage) => void = () => {}): Tally => {
  const usage = noUsage()
  const spend = (more: TranslationUsage) => {
    addUsage(usage, more)
    onUsage(more)
  }
  return { usage, spend, detectedSource: null, answers: 0 }
}

export type Ask = (texts: readonly string[], job: EngineJob) => Promise<string[]>

const requests = counter('mina_translation_requests_total', 'Requests to translation engines', ['engine', 'outcome'])
const seconds = histogram(
  'mina_translation_seconds',
  'Time of one request',
  [0.1, 0.5, 1, 2, 5, 10, 30, 60, 120],
  ['engine'],
)

/** An "Uhm." for which a model has no words, twice, stays as it was said; more than that is a failure. */
const longestFiller = 30

const incomplete = (engine: TranslationEngine, texts: number) =>
  new TranslationError(engine.name, 'provider_failed', `${engine.label} left out a part of the translation.`, {
    smaller: texts > 1,
    retryable: texts === 1,
  })

/** Requests to an engine, tried again where that can help, counted, measured, and with the glossary's terms guarded. */
export function asking(engine: TranslationEngine, retries: RetrySettings, tally: Tally): Ask {
  async function once(texts: readonly string[], job: EngineJob, attempt: number): Promise<EngineAnswer> {
    const end = seconds.startTimer({ engine: engine.name })
    try {
      const answer = await engine.request(texts, job)
      tally.spend(answer.usage)
      const empty = answer.texts.some((text) => text.trim() === '')
      const untranslatable = empty && attempt > 1 && texts.length === 1 && texts[0]!.length <= longestFiller
      if (answer.texts.length !== texts.length || (empty && !untranslatable)) throw incomplete(engine, texts.length)
      requests.inc({ engine: engine.name, outcome: 'ok' })
      return untranslatable ? { ...answer, texts: [...texts] } : answer
    } catch (error) {
      const known = error instanceof TranslationError
      if (known && error.usage) tally.spend(error.usage)
      requests.inc({ engine: engine.name, outcome: known ? error.code : 'aborted' })
      throw error
    } finally {
      end()
    }
  }

  async function patiently(texts: readonly string[], job: EngineJob): Promise<string[]> {
    let late = 0
    const judge = (error: unknown) => {
      if (!(error instanceof TranslationError)) return { retry: false }
      // One more chance for who does not answer at all: each costs a whole time-out.
      if (error.code === 'timeout') late += 1
      return { retry: error.retryable && late < 2, after_s: error.retryAfter }
    }
    const answer = await retry((attempt) => once(texts, job, attempt), { ...retries, judge, signal: job.signal })
    tally.answers += 1
    tally.detectedSource ??= answer.detectedSource
    return answer.texts
  }

  async function withPlaceholders(texts: readonly string[], job: EngineJob): Promise<string[]> {
    const guarded = texts.map((text) => protectTerms(job.glossary, text))
    const sent = texts.map((text, index) => guarded[index]?.text ?? text)
    const answers = await patiently(sent, job)
    const restored = answers.map((answer, index) => (guarded[index] ? guarded[index].restore(answer) : answer))
    const lost = restored.flatMap((text, index) => (text === null ? [index] : []))
    if (lost.length === 0) return restored.map((text) => text!)
    // An engine that lost a placeholder lost words with it: better the whole sentence without the glossary.
    const whole = lost.map((index) => texts[index]!)
    const again = await patiently(whole, job)
    return restored.map((text, index) => text ?? again[lost.indexOf(index)]!)
  }

  return engine.capabilities.glossary === 'prompt' ? patiently : withPlaceholders
}
