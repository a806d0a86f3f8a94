import { z } from 'zod'
import { endpoint } from './endpoint.ts'

export const sentiments = ['positive', 'negative', 'neutral'] as const
export const Sentiment = z.enum(sentiments)
export type Sentiment = z.output<typeof Sentiment>

const share = z.number().min(0).max(1)

/** How much of the text speaks well, ill or neither; the three add up to one. */
export const SentimentScores = z.object({ positive: share, negative: share, neutral: share })
export type SentimentScores = z.output<typeof SentimentScores>

export const SentenceSentiment = z.object({
  text: z.string(),
  /** Positions in the text that was sent, in UTF-16 units. */
  start: z.int().nonnegative(),
  end: z.int().nonnegative(),
  sentiment: Sentiment,
  confidence: share,
  scores: SentimentScores,
})
export type SentenceSentiment = z.output<typeof SentenceSentiment>

export const SentimentAnswer = z
  .object({
    sentiment: Sentiment,
    confidence: share,
    scores: SentimentScores,
    sentences: z.array(SentenceSentiment),
    /** BCP 47 primary tag of the text; null where it is too short to tell and was taken as English. */
    language: z.string().nullable(),
    /** `embedded` works offline; `model` is the configured language model. */
    engine: z.enum(['embedded', 'model']),
  })
  .meta({ id: 'Sentiment' })
export type SentimentAnswer = z.output<typeof SentimentAnswer>

export const SentimentRequest = z.object({
  text: z
    .string({ error: 'Missing required field: text' })
    .refine((text) => text.trim() !== '', { error: 'Text cannot be empty' }),
  /** BCP 47; detected when it is left out. */
  language: z
    .string()
    .regex(/^(?:auto|[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)$/, { error: 'language must be a tag such as en or pt-BR' })
    .optional(),
})

export const analyseSentiment = endpoint({
  family: 'platform',
  method: 'POST',
  path: '/sentiment',
  summary: 'How positive, negative or neutral a text is, as a whole and sentence by sentence',
  permission: 'text:use',
  body: SentimentRequest,
  consumes: 'json',
  limit: 'text',
  rate: 'write',
  answer: SentimentAnswer,
  errors: ['bad_request', 'too_long', 'unsupported_language', 'provider_failed', 'unavailable', 'timeout'],
})
