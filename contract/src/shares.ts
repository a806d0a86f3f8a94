import { z } from 'zod'
import { Conversation } from './conversations.ts'
import { endpoint } from './endpoint.ts'
import { Highlight } from './highlights.ts'
import { Segment } from './segments.ts'
import { Id, Milliseconds, Nothing, PlainText, Time } from './shapes.ts'

export const Share = z
  .object({
    id: z.uuid(),
    created_at: Time,
    expires_at: Time.nullable(),
    can_comment: z.boolean(),
    can_listen: z.boolean(),
    views: z.int(),
    comments: z.int(),
  })
  .meta({ id: 'Share' })

const write = { family: 'app', permission: 'conversations:write' } as const

export const createShare = endpoint({
  ...write,
  method: 'POST',
  path: '/api/conversations/:id/share',
  summary: 'Make a link to read this conversation; the token is shown this once',
  params: Id,
  body: z.object({
    expires_in: z.int().min(60).max(315_360_000).nullable().optional(),
    can_comment: z.boolean().default(false),
    can_listen: z.boolean().default(false),
  }),
  answer: z.object({ id: z.uuid(), token: z.string(), url: z.string(), expires_at: Time.nullable() }),
  errors: ['not_found'],
})

export const listShares = endpoint({
  family: 'app',
  permission: 'conversations:read',
  method: 'GET',
  path: '/api/conversations/:id/shares',
  summary: 'The links to this conversation',
  params: Id,
  answer: z.object({ items: z.array(Share) }),
  errors: ['not_found'],
})

export const revokeShare = endpoint({
  ...write,
  method: 'DELETE',
  path: '/api/conversations/:id/shares/:sid',
  summary: 'Take a link back',
  params: z.object({ id: z.uuid(), sid: z.uuid() }),
  answer: Nothing,
  errors: ['not_found'],
})

/* For whoever holds the link */

/** Anything at all may stand in a link; what is no token of ours is simply unknown. */
const Token = z.object({ token: z.string().min(1).max(200) })
const open = {
  family: 'app',
  permission: 'public',
  rate: 'token',
  params: Token,
  errors: ['not_found', 'gone'],
} as const

export const SharedConversation = z.object({
  conversation: Conversation.pick({ title: true, created_at: true, duration_s: true, status: true }),
  segments: z.array(
    Segment.pick({ id: true, idx: true, start_ms: true, end_ms: true, text: true, is_final: true, speaker: true }),
  ),
  highlights: z.array(
    Highlight.pick({ id: true, text: true, label: true, colour: true, start_ms: true, end_ms: true }),
  ),
  can_comment: z.boolean(),
  can_listen: z.boolean(),
})

export const getShare = endpoint({
  ...open,
  method: 'GET',
  path: '/api/shares/:token',
  summary: 'Read a shared conversation',
  /** A page that has it reads it `again`: for as long as its visit lasts that is no other view. */
  query: z.object({ again: z.enum(['true', 'false']).optional() }),
  answer: SharedConversation,
})

export const getSharedAudio = endpoint({
  ...open,
  method: 'GET',
  path: '/api/shares/:token/audio',
  summary: 'Listen to a shared conversation',
  answer: 'file',
})

export const getSharedPeaks = endpoint({
  ...open,
  method: 'GET',
  path: '/api/shares/:token/peaks',
  summary: 'The waveform of a shared conversation',
  answer: z.object({ peaks: z.array(z.number()), duration_ms: z.int() }),
})

export const Comment = z.object({
  id: z.uuid(),
  name: z.string(),
  text: z.string(),
  at_ms: z.int().nullable(),
  created_at: Time,
})
export type Comment = z.output<typeof Comment>

export const listComments = endpoint({
  ...open,
  method: 'GET',
  path: '/api/shares/:token/comments',
  summary: 'What readers said',
  answer: z.object({ items: z.array(Comment) }),
})

export const addComment = endpoint({
  ...open,
  method: 'POST',
  path: '/api/shares/:token/comments',
  summary: 'Say something',
  csrf: 'origin',
  body: z.object({
    name: PlainText(80, 1),
    text: PlainText(2_000, 1),
    at_ms: Milliseconds.optional(),
  }),
  answer: z.object({ id: z.uuid(), comment: Comment }),
})

export const listConversationComments = endpoint({
  family: 'app',
  permission: 'conversations:read',
  method: 'GET',
  path: '/api/conversations/:id/comments',
  summary: 'Comments that came through links',
  params: Id,
  answer: z.object({ items: z.array(Comment) }),
  errors: ['not_found'],
})

export const removeComment = endpoint({
  ...write,
  method: 'DELETE',
  path: '/api/conversations/:id/comments/:cid',
  summary: 'Remove a comment',
  params: z.object({ id: z.uuid(), cid: z.uuid() }),
  answer: Nothing,
  errors: ['not_found'],
})

export const readSharePage = endpoint({
  family: 'operations',
  permission: 'public',
  rate: 'token',
  method: 'GET',
  path: '/s/:token',
  summary: 'The page behind a link: readable without a script',
  params: Token,
  answer: 'file',
})
