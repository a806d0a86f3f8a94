import type { AskedConversation, Passage } from '@mina/contract'
import type { z } from 'zod'
import type { Principal } from '../../access/principal.ts'
import type { JobDefinition } from '../../platform/queue/job.ts'
import type { SendOptions } from '../../platform/queue/queue.ts'

/** What this feature is handed by the house. */

export type Send = <P extends z.ZodType>(
  definition: JobDefinition<P>,
  payload: z.input<P>,
  options: SendOptions,
) => Promise<unknown>

/** Tells the pages of a user. */
export type Publish = (userId: string, kind: 'translation' | 'insights', data: Record<string, unknown>) => Promise<void>

/** Passages that may hold the answer, of what this caller may read, and the conversations that they are from. */
export type Passages = (
  principal: Pick<Principal, 'userId'>,
  question: string,
  conversationId?: string,
) => Promise<{ passages: Passage[]; conversations: AskedConversation[] }>
