import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { Cursor, Id, Milliseconds, PageLimit, PlainText, Time } from './shapes.ts'

/** Longer text of a person's own is refused, never cut. */
export const MOST_SEGMENT_CHARACTERS = 10_000
export const MOST_IDX = 1_000_000

export const SegmentWord = z.object({
  text: z.string(),
  start_ms: z.int(),
  end_ms: z.int(),
  confidence: z.number().nullable().optional(),
})

export const Segment = z
  .object({
    id: z.uuid(),
    idx: z.int(),
    revision: z.int(),
    start_ms: z.int(),
    end_ms: z.int(),
    text: z.string(),
    is_final: z.boolean(),
    speaker: z.string().nullable().optional(),
    confidence: z.number().nullable().optional(),
    words: z.array(SegmentWord).optional(),
    words_estimated: z.boolean().optional(),
    doubtful: z.boolean().optional(),
    edited: z.boolean().optional(),
    /** What the engine wrote, where a word of my vocabulary was put in its place. */
    uncorrected: z.string().optional(),
  })
  .meta({ id: 'Segment' })
export type Segment = z.output<typeof Segment>

const read = { family: 'app', permission: 'conversations:read' } as const
const write = { family: 'app', permission: 'conversations:write' } as const
const path = '/api/conversations'

const InSegment = z.object({ id: z.uuid(), sid: z.union([z.uuid(), z.coerce.number().int().min(0).max(MOST_IDX)]) })

export const NewSegment = z
  .object({
    idx: z.int().min(0).max(MOST_IDX),
    start_ms: Milliseconds,
    end_ms: Milliseconds,
    /** Over 10,000 characters is 413 `too_long`, said by the service. */
    text: z.string(),
    is_final: z.boolean(),
    speaker: PlainText(120).optional(),
  })
  .refine((it) => it.end_ms >= it.start_ms, { path: ['end_ms'], error: 'ends before it starts' })

export const putSegment = endpoint({
  ...write,
  method: 'POST',
  path: `${path}/:id/segments`,
  summary: 'Add or replace a segment by its idx',
  params: Id,
  body: NewSegment,
  limit: 'json',
  answer: z.object({ segment: Segment, word_count: z.int() }),
  errors: ['not_found', 'too_long', 'live'],
})

export const editSegment = endpoint({
  ...write,
  method: 'PATCH',
  path: `${path}/:id/segments/:sid`,
  summary: 'Correct text or speaker; the original is kept',
  params: InSegment,
  body: z.strictObject({
    text: z.string().optional(),
    speaker: PlainText(120).nullable().optional(),
    revision: z.int().optional(),
  }),
  answer: z.object({ segment: Segment, edit_id: z.uuid().nullable() }),
  errors: ['not_found', 'conflict', 'too_long'],
})

const Changed = z.object({ segments: z.array(Segment), removed: z.array(z.uuid()), edit_id: z.uuid().nullable() })

export const deleteSegment = endpoint({
  ...write,
  method: 'DELETE',
  path: `${path}/:id/segments/:sid`,
  summary: 'Remove a segment; can be undone',
  params: InSegment,
  answer: Changed,
  errors: ['not_found'],
})

export const splitSegment = endpoint({
  ...write,
  method: 'POST',
  path: `${path}/:id/segments/:sid/split`,
  summary: 'Cut a segment in two',
  params: InSegment,
  body: z.object({ at_char: z.int().min(1), revision: z.int().optional() }),
  answer: Changed,
  errors: ['not_found', 'conflict'],
})

export const mergeSegments = endpoint({
  ...write,
  method: 'POST',
  path: `${path}/:id/segments/merge`,
  summary: 'Join neighbouring segments into one',
  params: Id,
  body: z.object({ ids: z.array(z.uuid()).min(2).max(100) }),
  answer: Changed,
  errors: ['not_found', 'conflict'],
})

export const renameSpeaker = endpoint({
  ...write,
  method: 'POST',
  path: `${path}/:id/speakers`,
  summary: 'Rename a speaker everywhere; into an existing name, it merges them',
  params: Id,
  body: z.object({ from: PlainText(120, 1), to: PlainText(120, 1) }),
  answer: z.object({ changed: z.int(), edit_id: z.uuid().nullable() }),
  errors: ['not_found'],
})

/** To the letter: spaces at its ends count. */
const Literal = z
  .string()
  .max(500)
  .regex(/^[^\0]*$/, { error: 'holds a character that is not text' })

export const replaceText = endpoint({
  ...write,
  method: 'POST',
  path: `${path}/:id/replace`,
  summary: 'Replace a text in all segments',
  params: Id,
  body: z.object({
    find: Literal.min(1),
    replace: Literal,
    match_case: z.boolean().default(false),
    whole_words: z.boolean().default(false),
  }),
  answer: Changed,
  errors: ['not_found'],
})

/* History */

export const Edit = z.object({
  id: z.uuid(),
  kind: z.enum(['text', 'speaker', 'delete', 'split', 'merge', 'rename_speaker', 'replace']),
  summary: z.string(),
  segment_id: z.uuid().nullable(),
  at: Time,
  undone: z.boolean(),
})

export const listHistory = endpoint({
  ...read,
  method: 'GET',
  path: `${path}/:id/history`,
  summary: 'What people changed, newest first',
  params: Id,
  query: z.object({ segment_id: z.uuid().optional(), limit: PageLimit(50, 200), cursor: Cursor }),
  answer: z.object({ items: z.array(Edit), next_cursor: z.string().nullable() }),
  errors: ['not_found'],
})

const turn = (which: 'undo' | 'redo') =>
  endpoint({
    ...write,
    method: 'POST',
    path: `${path}/:id/history/:edit_id/${which}`,
    summary: which === 'undo' ? 'Take a change back' : 'Make an undone change again',
    params: z.object({ id: z.uuid(), edit_id: z.uuid() }),
    answer: Changed,
    errors: ['not_found', 'conflict'],
  })
export const undoEdit = turn('undo')
export const redoEdit = turn('redo')
