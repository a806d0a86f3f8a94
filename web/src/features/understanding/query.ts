import { getInsights, getTranslation, listTemplates, listTranslations } from '@mina/contract'
import { queryOptions } from '@tanstack/react-query'
import { call } from '../../api/call.ts'
import { conversationKey } from '../conversation/query.ts'

const working = (it: { status: string }) => it.status === 'queued' || it.status === 'running'

/** Asked again while it is made: its progress is no event of the conversation. */
const pace = 1200

export const translationsQuery = (id: string) =>
  queryOptions({
    queryKey: [...conversationKey(id), 'translations'],
    queryFn: ({ signal }) => call(listTranslations, { params: { id }, signal }),
    refetchInterval: ({ state }) => (state.data?.items.some(working) ? pace : false),
  })

export const translationQuery = (id: string, language: string) =>
  queryOptions({
    queryKey: [...conversationKey(id), 'translations', language],
    queryFn: ({ signal }) => call(getTranslation, { params: { id, language }, signal }),
    refetchInterval: ({ state }) => (state.data && working(state.data.translation) ? pace : false),
  })

export const insightsQuery = (id: string) =>
  queryOptions({
    queryKey: [...conversationKey(id), 'insights'],
    queryFn: ({ signal }) => call(getInsights, { params: { id }, query: {}, signal }),
    refetchInterval: ({ state }) => (state.data?.versions.some(working) ? pace : false),
  })

export const templatesQuery = queryOptions({
  queryKey: ['templates'],
  queryFn: ({ signal }) => call(listTemplates, { signal }),
  staleTime: 5 * 60_000,
})
