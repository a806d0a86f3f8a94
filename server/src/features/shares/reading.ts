import type { SharedConversation } from '@mina/contract'
import type { z } from 'zod'
import type { Conversations } from '../conversations/index.ts'
import type { Highlights } from '../highlights/index.ts'
import type { OpenedShare } from './visitors.ts'

export type Shared = z.input<typeof SharedConversation>

/** What a reader sees: the listed fields and nothing else, so a new column never slips out. */
export const sharedConversation =
  (conversations: Conversations, highlights: Highlights, hasRecording: (conversationId: string) => Promise<boolean>) =>
  async ({ share, conversation }: OpenedShare): Promise<Shared> => {
    const [rows, marks, canListen] = await Promise.all([
      conversations.segmentsOf(conversation),
      highlights.of(conversation.id),
      // A player without a sound would only disappoint.
      share.can_listen && hasRecording(conversation.id),
    ])
    return {
      conversation: {
        title: conversation.title,
        created_at: conversation.created_at.toISOString(),
        duration_s: Math.round(conversation.duration_ms / 1000),
        status: conversation.status,
      },
      segments: rows.map(({ id, idx, start_ms, end_ms, text, is_final, speaker }) => ({
        id,
        idx,
        start_ms,
        end_ms,
        text,
        is_final,
        ...(speaker !== null && { speaker }),
      })),
      highlights: marks.map(({ id, text, label, colour, start_ms, end_ms }) => ({
        id,
        text,
        label,
        colour,
        start_ms,
        end_ms,
      })),
      can_comment: share.can_comment,
      can_listen: canListen,
    }
  }
