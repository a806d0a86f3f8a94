import { type Conversation, getConversation, type Segment } from '@mina/contract'
import { queryOptions } from '@tanstack/react-query'
import { call } from '../../api/call.ts'
import { queries } from '../../app/session.ts'

export interface Opened {
  conversation: Conversation
  segments: Segment[]
}

export const conversationKey = (id: string) => ['conversation', id] as const

export const conversationQuery = (id: string) =>
  queryOptions({
    queryKey: conversationKey(id),
    queryFn: async ({ signal }): Promise<Opened> => {
      const answer = await call(getConversation, { params: { id }, query: {}, signal })
      return await answer.json()
    },
    staleTime: 30_000,
  })

/** So that it is here before it is opened. */
export const prefetchConversation = (id: string) => void queries.prefetchQuery(conversationQuery(id))

export const changeOpened = (id: string, change: (it: Opened) => Opened) =>
  queries.setQueryData<Opened>(conversationKey(id), (it) => it && change(it))
