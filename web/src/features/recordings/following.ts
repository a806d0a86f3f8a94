import { type Conversation, type ConversationEvent, getConversation, type Segment } from '@mina/contract'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { call } from '../../api/call.ts'
import { useServerEvent } from '../../api/server-events.ts'
import { queries } from '../../app/session.ts'

export interface Followed {
  conversation: Conversation
  /** The last words that are known. */
  newest: Segment | undefined
}

export const isDone = (status: string) => status === 'final' || status === 'failed'

/** The events tell sooner; this is for a stream of events that broke. */
const pace = 15_000

const keyOf = (id: string) => ['upload', id] as const
const lastOf = (it: Followed | undefined) => it?.newest?.idx ?? 0

/** Asks for what came since: a long recording has thousands of segments, and the last one is shown. */
const followed = (id: string) =>
  queryOptions({
    queryKey: keyOf(id),
    queryFn: async ({ signal }): Promise<Followed> => {
      const known = queries.getQueryData<Followed>(keyOf(id))
      const query = { from_idx: lastOf(known), limit: 50 }
      const answer = await call(getConversation, { params: { id }, query, signal })
      const { conversation, segments }: { conversation: Conversation; segments: Segment[] } = await answer.json()
      return { conversation, newest: segments.at(-1) ?? known?.newest }
    },
    refetchInterval: ({ state }) => (isDone(state.data?.conversation.status ?? '') ? false : pace),
  })

/** What is known of it changes at once; the server tells the rest. */
export function changeFollowed(id: string, change: Partial<Conversation>) {
  queries.setQueryData<Followed>(
    keyOf(id),
    (now) => now && { ...now, conversation: { ...now.conversation, ...change } },
  )
}

/** How far a transcription is, with its newest words. */
export function useFollowed(id: string) {
  const { data } = useQuery(followed(id))
  useServerEvent('conversation', (event: ConversationEvent) => {
    if (event.id !== id) return
    const { progress, failure, segments_from_idx: from } = event
    const status = event.status as Conversation['status']
    changeFollowed(id, { progress, status, ...(failure !== undefined && { failure }) })
    // Another pass over the recording begins its text anew.
    if (from !== undefined && from < lastOf(data))
      queries.setQueryData<Followed>(keyOf(id), (now) => now && { ...now, newest: undefined })
    if (from !== undefined || isDone(status)) void queries.invalidateQueries({ queryKey: keyOf(id) })
  })
  return data
}
