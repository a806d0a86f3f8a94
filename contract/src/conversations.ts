import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { MOST_IDX, Segment } from './segments.ts'
import { Cursor, Id, LanguageTag, Nothing, PlainText, Time } from './shapes.ts'

/** The title of what nobody named; the web app says it in the reader's language. */
export const UNTITLED = 'Untitled Conversation'

export const ConversationStatus = z.enum(['draft', 'live', 'processing', 'final', 'failed'])
export type ConversationStatus = z.output<typeof ConversationStatus>
export const ConversationSource = z.enum(['realtime', 'upload', 'stream', 'link', 'sample'])

const Title = PlainText(255)
export const Tag = PlainText(40, 1)

/** How far background work on a conversation is. */
export const WorkProgress = z.object({
  percent: z.number().min(0).max(100),
  /** Seconds of audio a second of work. */
  speed: z.number().nullable(),
  left_s: z.int().nullable(),
  phase: z.enum(['waiting', 'uploading', 'decoding', 'transcribing', 'improving', 'saving']),
})

export const Failure = z.object({ code: z.string(), message: z.string() })

export const ConversationItem = z
  .object({
    id: z.uuid(),
    title: z.string(),
    created_at: Time,
    updated_at: Time,
    duration_s: z.int(),
    word_count: z.int(),
    status: ConversationStatus,
    source: ConversationSource,
    language: z.string().nullable(),
    speakers: z.array(z.string()),
    tags: z.array(z.string()),
    open_tasks: z.int(),
    shared: z.boolean(),
    progress: WorkProgress.nullable(),
    failure: Failure.nullable(),
    /** Of the search, with `<mark>` around what was found and all else escaped; or the first words. */
    snippet: z.string().optional(),
    snippet_ms: z.int().optional(),
    /** In a search, the title with `<mark>` around what was found in it, everything else escaped. */
    title_marked: z.string().optional(),
  })
  .meta({ id: 'ConversationItem' })
export type ConversationItem = z.output<typeof ConversationItem>

export const Conversation = ConversationItem.omit({ snippet: true, snippet_ms: true, title_marked: true })
  .extend({
    duration_ms: z.int(),
    /** Counts every change; a page that knows it can tell whether it is stale. */
    revision: z.int(),
    has_audio: z.boolean(),
    engine: z.string().nullable(),
    model: z.string().nullable(),
    transcript_version: z.int(),
    /** An earlier conversation of mine with the very same recording. */
    duplicate_of: z.uuid().nullable(),
    warnings: z.array(z.object({ code: z.string(), message: z.string() })),
  })
  .meta({ id: 'Conversation' })
export type Conversation = z.output<typeof Conversation>

const read = { family: 'app', permission: 'conversations:read' } as const
const write = { family: 'app', permission: 'conversations:write' } as const
const path = '/api/conversations'

export const createConversation = endpoint({
  ...write,
  method: 'POST',
  path,
  summary: 'Begin a conversation that will be fed by a live session or by segments',
  body: z.object({ title: Title.optional(), language: LanguageTag.optional() }),
  answer: z.object({ id: z.uuid() }),
})

export const listConversations = endpoint({
  ...read,
  method: 'GET',
  path,
  summary: 'My conversations, newest first',
  query: z.object({
    q: z.string().max(500).optional(),
    limit: z.coerce
      .number()
      .int()
      .min(1)
      .transform((it) => Math.min(it, 50))
      .default(20),
    cursor: Cursor,
    status: ConversationStatus.optional(),
    tag: Tag.optional(),
    filter: z.enum(['open_tasks', 'shared', 'attention']).optional(),
    /** Of any region: `pt` finds `pt-BR` too. */
    language: LanguageTag.optional(),
    since: Time.optional(),
    until: Time.optional(),
  }),
  answer: z.object({ items: z.array(ConversationItem), next_cursor: z.string().nullable() }),
})

export const countConversations = endpoint({
  ...read,
  method: 'GET',
  path: '/api/library',
  summary: 'How many conversations there are, by filter, tag and language',
  answer: z.object({
    total: z.int(),
    open_tasks: z.int(),
    shared: z.int(),
    attention: z.int(),
    tags: z.array(z.object({ name: z.string(), count: z.int() })),
    languages: z.array(z.object({ name: z.string(), count: z.int() })),
    storage_bytes: z.number(),
  }),
})

export const getConversation = endpoint({
  ...read,
  method: 'GET',
  path: `${path}/:id`,
  summary: 'A conversation with its segments, streamed; or a page of them',
  params: Id,
  query: z.object({
    from_idx: z.coerce.number().int().min(0).max(MOST_IDX).optional(),
    limit: z.coerce.number().int().min(1).max(10_000).optional(),
    words: z.enum(['true', 'false']).optional(),
  }),
  answer: 'any',
  errors: ['not_found'],
})
/** What `getConversation` streams, inside the App family's envelope. */
export const ConversationAnswer = z.object({ conversation: Conversation, segments: z.array(Segment) })

export const updateConversation = endpoint({
  ...write,
  method: 'PATCH',
  path: `${path}/:id`,
  summary: 'Change title, tags or language',
  params: Id,
  body: z.strictObject({ title: Title.min(1), tags: z.array(Tag).max(50), language: LanguageTag.nullable() }).partial(),
  answer: z.object({ conversation: Conversation }),
  errors: ['not_found'],
})

export const deleteConversation = endpoint({
  ...write,
  method: 'DELETE',
  path: `${path}/:id`,
  summary: 'Delete a conversation; it can be restored for ten minutes unless `now` is true',
  params: Id,
  query: z.object({ now: z.enum(['true', 'false']).optional() }),
  answer: Nothing,
  errors: ['not_found'],
})

export const restoreConversation = endpoint({
  ...write,
  method: 'POST',
  path: `${path}/:id/restore`,
  summary: 'Bring back a conversation that was just deleted',
  params: Id,
  answer: Nothing,
  errors: ['not_found'],
})

export const bulkConversations = endpoint({
  ...write,
  method: 'POST',
  path: `${path}/bulk`,
  summary: 'Delete, restore or tag many at once; what is not mine is passed over',
  body: z.object({
    ids: z.array(z.uuid()).min(1).max(500),
    action: z.enum(['delete', 'restore', 'tag', 'untag']),
    tag: Tag.optional(),
  }),
  answer: z.object({ changed: z.array(z.uuid()) }),
})

export const finalizeConversation = endpoint({
  ...write,
  method: 'POST',
  path: `${path}/:id/finalize`,
  summary: 'Declare a conversation finished; harmless when it is',
  params: Id,
  answer: z.object({ conversation: Conversation }),
  errors: ['not_found', 'live'],
})

export const TranscriptVersion = z.object({
  id: z.uuid(),
  version: z.int(),
  current: z.boolean(),
  engine: z.string(),
  model: z.string().nullable(),
  language: z.string().nullable(),
  word_count: z.int(),
  created_at: Time,
})

export const listVersions = endpoint({
  ...read,
  method: 'GET',
  path: `${path}/:id/versions`,
  summary: 'The recognition passes over this recording',
  params: Id,
  answer: z.object({ items: z.array(TranscriptVersion) }),
  errors: ['not_found'],
})

export const restoreVersion = endpoint({
  ...write,
  method: 'POST',
  path: `${path}/:id/versions/:version_id/restore`,
  summary: 'Read an earlier pass again',
  params: z.object({ id: z.uuid(), version_id: z.uuid() }),
  answer: z.object({ conversation: Conversation }),
  errors: ['not_found', 'live'],
})

export const Span = z.object({
  start_ms: z.int(),
  end_ms: z.int(),
  state: z.enum(['transcribed', 'silent', 'pending', 'failed']),
})

export const getCompleteness = endpoint({
  ...read,
  method: 'GET',
  path: `${path}/:id/completeness`,
  summary: 'What of the recording is transcribed, silent, pending or failed',
  params: Id,
  answer: z.object({ duration_ms: z.int(), spans: z.array(Span), totals: z.record(Span.shape.state, z.int()) }),
  errors: ['not_found'],
})

export const openSample = endpoint({
  ...write,
  method: 'POST',
  path: '/api/sample',
  summary: 'Put the sample conversation into my library',
  answer: z.object({ id: z.uuid() }),
})
