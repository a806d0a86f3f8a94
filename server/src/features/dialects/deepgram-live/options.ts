import { z } from 'zod'
import { Refusal } from '../../../platform/refusal.ts'
import { vocabularyOf } from '../deepgram/vocabulary.ts'

const flag = (fallback: boolean) =>
  z
    .string()
    .optional()
    .transform((it) => (it === undefined ? fallback : it === '' || it === 'true' || it === '1'))

const Query = z.object({
  model: z.string().max(100).default('general'),
  language: z.string().max(20).optional(),
  encoding: z.enum(['linear16', 'mulaw', 'alaw', 'opus', 'ogg-opus', 'flac', 'webm']).optional(),
  sample_rate: z.coerce.number().int().min(8_000).max(48_000).default(16_000),
  channels: z.coerce.number().int().min(1).max(8).default(1),
  interim_results: flag(false),
  vad_events: flag(false),
  diarize: flag(false),
  punctuate: flag(false),
  smart_format: flag(false),
  /** Sent where it is given, after each utterance that a gap follows. */
  utterance_end_ms: z.coerce.number().int().min(0).optional(),
})

export type ListenOptions = z.output<typeof Query> & { vocabulary: string[] }

/** What the address asks for. Options that no engine here has are accepted and have no effect, as with older models. */
export function listenOptions(query: URLSearchParams): ListenOptions {
  const parsed = Query.safeParse(Object.fromEntries(query))
  if (parsed.success)
    return { ...parsed.data, vocabulary: vocabularyOf(query.getAll('keyterm'), query.getAll('keywords')) }
  const [issue] = parsed.error.issues
  throw new Refusal(
    'bad_request',
    `Failed to deserialize query parameters: ${String(issue?.path[0])}: ${issue?.message}`,
  )
}
