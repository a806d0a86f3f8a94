import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { Cursor, PageLimit, Time } from './shapes.ts'

export const SearchHit = z.object({
  conversation_id: z.uuid(),
  title: z.string(),
  /** The same, written like `snippet`, where what was found stands in it. */
  title_marked: z.string().optional(),
  created_at: Time,
  segment_id: z.uuid().nullable(),
  idx: z.int().nullable(),
  start_ms: z.int().nullable(),
  speaker: z.string().nullable(),
  /** `<mark>` around what was found, everything else escaped. */
  snippet: z.string(),
})
export type SearchHit = z.output<typeof SearchHit>

export const search = endpoint({
  family: 'app',
  permission: 'conversations:read',
  method: 'GET',
  path: '/api/search',
  summary: 'Everything said, best match first',
  query: z.object({ q: z.string().max(10_000), limit: PageLimit(20, 50), cursor: Cursor }),
  answer: z.object({
    items: z.array(SearchHit),
    next_cursor: z.string().nullable(),
    /** What was searched for instead, where the words as typed are nowhere. */
    corrected: z.string().nullable(),
  }),
})
