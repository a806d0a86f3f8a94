import { z } from 'zod'

const Segment = z.looseObject({
  start: z.number().nonnegative(),
  end: z.number().nonnegative(),
  text: z.string(),
  avg_logprob: z.number().nullish(),
  compression_ratio: z.number().nullish(),
  no_speech_prob: z.number().nullish(),
})
export type Segment = z.output<typeof Segment>

const TimedWord = z.looseObject({
  word: z.string(),
  start: z.number().nonnegative(),
  end: z.number().nonnegative(),
})
export type TimedWord = z.output<typeof TimedWord>

/** `verbose_json` as OpenAI sends it, and as compatible servers do, some of which leave the times out. */
export const VerboseAnswer = z.looseObject({
  text: z.string(),
  language: z.string().nullish(),
  duration: z.coerce.number().nonnegative().nullish(),
  segments: z.array(Segment).nullish(),
  words: z.array(TimedWord).nullish(),
})

export const PlainAnswer = z.looseObject({
  text: z.string(),
  languages: z.array(z.looseObject({ code: z.string() })).nullish(),
  logprobs: z.array(z.looseObject({ logprob: z.number().optional() })).nullish(),
})

export const DiarizedAnswer = z.looseObject({
  text: z.string(),
  segments: z.array(z.looseObject({ start: z.number(), end: z.number(), text: z.string(), speaker: z.string() })),
})
