import { z } from 'zod'
import { Failure, WorkProgress } from './conversations.ts'
import { endpoint } from './endpoint.ts'

export const ConversationEvent = z.object({
  id: z.uuid(),
  status: z.string(),
  progress: WorkProgress.nullable(),
  title: z.string().optional(),
  failure: Failure.nullable().optional(),
  /** Segments that became known since the last event, so that text arrives while the work runs. */
  segments_from_idx: z.int().optional(),
  deleted: z.boolean().optional(),
})
export type ConversationEvent = z.output<typeof ConversationEvent>

export const JobEvent = z.object({ id: z.uuid(), status: z.string(), progress: z.number(), type: z.string() })
export type JobEvent = z.output<typeof JobEvent>

export const events = endpoint({
  family: 'app',
  permission: 'conversations:read',
  method: 'GET',
  path: '/api/events',
  summary: 'Progress of my uploads and jobs, as server-sent events; resumes after Last-Event-ID',
  answer: 'events',
})
