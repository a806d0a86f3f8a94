import { readFileSync } from 'node:fs'
import { z } from 'zod'

type Source = 'deepgram-batch' | 'deepgram-live' | 'openai-audio'

/** Says whether an answer has the shape that the provider's own specification gives it. */
export function shapeOf(source: Source, name: string): z.ZodType {
  const file = new URL(`./schemas/${source}.json`, import.meta.url)
  const { $defs } = z
    .object({ $defs: z.record(z.string(), z.record(z.string(), z.unknown())) })
    .parse(JSON.parse(readFileSync(file, 'utf8')))
  return z.fromJSONSchema({ $ref: `#/$defs/${name}`, $defs })
}
