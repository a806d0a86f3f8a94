import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { Id, Milliseconds, Nothing, PlainText } from './shapes.ts'

export const NewHighlight = z
  .object({
    text: PlainText(10_000, 1),
    label: PlainText(64).default(''),
    colour: z.enum(['yellow', 'green', 'blue', 'pink']).default('yellow'),
    start_ms: Milliseconds.default(0),
    end_ms: Milliseconds.default(0),
    segment_id: z.uuid().optional(),
  })
  .refine((it) => it.end_ms >= it.start_ms, { path: ['end_ms'], error: 'ends before it starts' })

export const Highlight = z
  .object({
    id: z.uuid(),
    text: z.string(),
    label: z.string(),
    colour: z.string(),
    start_ms: z.int(),
    end_ms: z.int(),
    segment_id: z.uuid().nullable(),
  })
  .meta({ id: 'Highlight' })
export type Highlight = z.output<typeof Highlight>

const path = '/api/conversations/:id/highlights'
const read = { family: 'app', permission: 'conversations:read', path, params: Id } as const
const write = { family: 'app', permission: 'conversations:write' } as const

export const listHighlights = endpoint({
  ...read,
  method: 'GET',
  summary: 'The highlights of a conversation',
  answer: z.object({ items: z.array(Highlight) }),
  errors: ['not_found'],
})

export const addHighlight = endpoint({
  ...write,
  method: 'POST',
  path,
  summary: 'Highlight a passage',
  params: Id,
  body: NewHighlight,
  answer: z.object({ id: z.uuid(), highlight: Highlight }),
  errors: ['not_found'],
})

export const clearHighlights = endpoint({
  ...write,
  method: 'DELETE',
  path,
  summary: 'Remove all highlights',
  params: Id,
  answer: Nothing,
  errors: ['not_found'],
})

export const updateHighlight = endpoint({
  ...write,
  method: 'PATCH',
  path: `${path}/:hid`,
  summary: 'Change label or colour',
  params: z.object({ id: z.uuid(), hid: z.uuid() }),
  body: z.strictObject({ label: PlainText(64), colour: z.enum(['yellow', 'green', 'blue', 'pink']) }).partial(),
  answer: z.object({ highlight: Highlight }),
  errors: ['not_found'],
})

export const removeHighlight = endpoint({
  ...write,
  method: 'DELETE',
  path: `${path}/:hid`,
  summary: 'Remove a highlight',
  params: z.object({ id: z.uuid(), hid: z.uuid() }),
  answer: Nothing,
  errors: ['not_found'],
})
