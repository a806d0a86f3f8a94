import { z } from 'zod'
import { Time } from './shapes.ts'

/** How far stored work has come. It goes on without the caller; `GET /api/events` tells how. */
export const storedWork = {
  status: z.enum(['queued', 'running', 'done', 'failed']),
  /** 0 to 1. */
  progress: z.number(),
  /** What went wrong and what to do, where it failed. */
  error: z.string().nullable(),
  created_at: Time,
  updated_at: Time,
}

/** What `GET /api/events` says of this work; `progress` at most once a second. */
export const UnderstandingEvent = z.object({
  id: z.uuid(),
  conversation_id: z.uuid(),
  kind: z.enum(['translation', 'insights']),
  status: storedWork.status,
  progress: z.number(),
  language: z.string().optional(),
})
export type UnderstandingEvent = z.output<typeof UnderstandingEvent>
