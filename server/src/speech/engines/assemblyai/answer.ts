import { z } from 'zod'

const Word = z.looseObject({
  text: z.string(),
  start: z.number().nonnegative(),
  end: z.number().nonnegative(),
  confidence: z.number(),
  speaker: z.string().nullish(),
  channel: z.string().nullish(),
})
export type AssemblyaiWord = z.output<typeof Word>

const Utterance = z.looseObject({
  text: z.string(),
  start: z.number().nonnegative(),
  end: z.number().nonnegative(),
  confidence: z.number(),
  speaker: z.string(),
  channel: z.string().nullish(),
  words: z.array(Word),
})

export const Uploaded = z.string().min(1)

/** Times are milliseconds; the recording's own length is in seconds. */
export const AssemblyaiJob = z.discriminatedUnion('status', [
  z.looseObject({ id: z.string().min(1), status: z.enum(['queued', 'processing']) }),
  z.looseObject({ id: z.string().min(1), status: z.literal('error'), error: z.string() }),
  z.looseObject({
    id: z.string().min(1),
    status: z.literal('completed'),
    text: z.string().nullable(),
    words: z.array(Word).nullable(),
    utterances: z.array(Utterance).nullish(),
    language_code: z.string().nullish(),
    audio_duration: z.number().nullish(),
    confidence: z.number().nullish(),
    speech_model_used: z.string().nullish(),
  }),
])
export type AssemblyaiJob = z.output<typeof AssemblyaiJob>
export type FinishedJob = Extract<AssemblyaiJob, { status: 'completed' }>

export const AssemblyaiTurn = z.looseObject({
  turn_order: z.number().int(),
  turn_is_formatted: z.boolean(),
  end_of_turn: z.boolean(),
  transcript: z.string(),
  words: z.array(
    z.looseObject({
      text: z.string(),
      start: z.number(),
      end: z.number(),
      confidence: z.number(),
      word_is_final: z.boolean(),
      speaker: z.string().nullish(),
    }),
  ),
  speaker_label: z.string().nullish(),
})
export type AssemblyaiTurn = z.output<typeof AssemblyaiTurn>
