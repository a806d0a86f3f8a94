import { z } from 'zod'

/** What Mina reads of Deepgram's answers; everything else passes through untouched in `raw`. */
export const DeepgramWord = z.looseObject({
  word: z.string(),
  start: z.number().nonnegative(),
  end: z.number().nonnegative(),
  confidence: z.number(),
  punctuated_word: z.string().optional(),
  speaker: z.number().int().optional(),
})
export type DeepgramWord = z.output<typeof DeepgramWord>

const Alternative = z.looseObject({ transcript: z.string(), confidence: z.number(), words: z.array(DeepgramWord) })

const Utterance = z.looseObject({
  start: z.number().nonnegative(),
  end: z.number().nonnegative(),
  confidence: z.number(),
  channel: z.number().int(),
  transcript: z.string(),
  words: z.array(DeepgramWord),
  speaker: z.number().int().optional(),
})

export const DeepgramAnswer = z.looseObject({
  metadata: z.looseObject({
    request_id: z.string(),
    duration: z.number().nonnegative(),
    channels: z.number().int().positive(),
  }),
  results: z.looseObject({
    channels: z
      .array(z.looseObject({ alternatives: z.array(Alternative).min(1), detected_language: z.string().optional() }))
      .min(1),
    utterances: z.array(Utterance).optional(),
  }),
})
export type DeepgramAnswer = z.output<typeof DeepgramAnswer>

export const DeepgramMessage = z.discriminatedUnion('type', [
  z.looseObject({
    type: z.literal('Results'),
    start: z.number().nonnegative(),
    duration: z.number().nonnegative(),
    is_final: z.boolean().optional(),
    speech_final: z.boolean().optional(),
    from_finalize: z.boolean().optional(),
    channel: z.looseObject({ alternatives: z.array(Alternative).min(1) }),
  }),
  z.looseObject({ type: z.literal('SpeechStarted'), timestamp: z.number() }),
  z.looseObject({ type: z.literal('UtteranceEnd'), last_word_end: z.number() }),
  z.looseObject({ type: z.literal('Metadata'), request_id: z.string() }),
])
export type DeepgramMessage = z.output<typeof DeepgramMessage>
