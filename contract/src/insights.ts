import { z } from 'zod'
import { Sentiment, SentimentScores } from './sentiment.ts'
import { PlainText } from './shapes.ts'

/** Where something was said: the segment, and the moment to play from. */
export const Evidence = z.object({ segment_id: z.string(), start_ms: z.int().nonnegative() })
export type Evidence = z.output<typeof Evidence>

/** A calendar day in the speaker's time zone. */
const Day = z.iso.date()

/**
 * `extracted`: found in what was said, by rules. `model`: written by a language model; each such claim was compared with
 * the segments it names, and `supported` is false where they do not bear it out, for the reasons in `doubts`.
 */
const checked = {
  source: z.enum(['extracted', 'model']),
  supported: z.boolean(),
  doubts: z.array(z.string()),
  /** All places a claim rests on, the first being `segment_id`. Empty only where it rests on none. */
  evidence: z.array(Evidence),
  segment_id: z.string().nullable(),
  start_ms: z.int().nonnegative().nullable(),
}

export const Claim = z.object({ text: z.string(), ...checked }).meta({ id: 'Claim' })
export type Claim = z.output<typeof Claim>

export const FoundTask = z
  .object({
    text: z.string(),
    assignee: z.string().nullable(),
    due_date: Day.nullable(),
    due_text: z.string().nullable(),
    ...checked,
  })
  .meta({ id: 'FoundTask' })
export type FoundTask = z.output<typeof FoundTask>

export const InsightChapter = Evidence.extend({
  title: z.string(),
  end_ms: z.int().nonnegative(),
  source: z.enum(['extracted', 'model']),
}).meta({ id: 'InsightChapter' })
export type InsightChapter = z.output<typeof InsightChapter>

export const Statement = Evidence.extend({ text: z.string(), speaker: z.string().nullable() })
export type Statement = z.output<typeof Statement>

export const KeyPhrase = Evidence.extend({ text: z.string(), count: z.int().positive(), weight: z.number() })
export type KeyPhrase = z.output<typeof KeyPhrase>

export const Entity = Evidence.extend({
  kind: z.enum(['person', 'organisation', 'place', 'date', 'money']),
  text: z.string(),
  date: Day.nullable(),
  mentions: z.array(Evidence.extend({ text: z.string(), start: z.int(), end: z.int() })),
}).meta({ id: 'Entity' })
export type Entity = z.output<typeof Entity>

const judgement = { sentiment: Sentiment, confidence: z.number(), scores: SentimentScores }
export const Mood = z
  .object({
    ...judgement,
    timeline: z.array(Evidence.extend({ ...judgement, end_ms: z.int() })),
    speakers: z.array(z.object({ speaker: z.string(), ...judgement })),
    moments: z.array(Evidence.extend({ ...judgement, text: z.string() })),
  })
  .meta({ id: 'Mood' })
export type Mood = z.output<typeof Mood>

/** What could not be done, and what would help. */
export const Limit = z.object({ code: z.enum(['language', 'model_failed', 'no_model']), message: z.string() })
export type Limit = z.output<typeof Limit>

export const templateIds = ['meeting', 'interview', 'lecture', 'call'] as const

/** What a summary is for. The text is the user's to change; the four that come with Mina are a beginning. */
export const InsightTemplate = z
  .object({ id: z.string().max(64), name: z.string().max(120), text: PlainText(4_000, 1) })
  .meta({ id: 'InsightTemplate' })
export type InsightTemplate = z.output<typeof InsightTemplate>

export const Insights = z
  .object({
    /** Of this shape; stored results keep theirs. */
    format: z.literal(1),
    engine: z.enum(['embedded', 'model']),
    model: z.string().nullable(),
    template: z.string().nullable(),
    language: z.string().nullable(),
    title: z.string(),
    summary: z.array(Claim),
    chapters: z.array(InsightChapter),
    tasks: z.array(FoundTask),
    decisions: z.array(Claim),
    questions: z.array(Statement),
    key_phrases: z.array(KeyPhrase),
    entities: z.array(Entity),
    /** null for languages whose sentiment is not known offline. */
    mood: Mood.nullable(),
    limits: z.array(Limit),
    usage: z.object({ input_tokens: z.int(), output_tokens: z.int(), requests: z.int() }),
  })
  .meta({ id: 'Insights' })
export type Insights = z.output<typeof Insights>

export const Passage = Evidence.extend({
  conversation_id: z.string(),
  speaker: z.string().nullish(),
  text: z.string(),
})
export type Passage = z.output<typeof Passage>

/** A passage with the sentence in it that comes nearest to the question. */
export const RankedPassage = Passage.extend({
  score: z.number(),
  best: z.object({ text: z.string(), start: z.int(), end: z.int() }),
})
export type RankedPassage = z.output<typeof RankedPassage>

export const AskAnswer = z
  .object({
    engine: z.enum(['embedded', 'model']),
    /** false where the passages do not hold the answer. */
    found: z.boolean(),
    /** Sentence by sentence, each with what it rests on. Empty without a model: the passages speak for themselves. */
    answer: z.array(
      z.object({
        text: z.string(),
        supported: z.boolean(),
        doubts: z.array(z.string()),
        citations: z.array(Evidence.extend({ conversation_id: z.string() })),
      }),
    ),
    passages: z.array(RankedPassage),
    limits: z.array(Limit),
  })
  .meta({ id: 'AskAnswer' })
export type AskAnswer = z.output<typeof AskAnswer>
