import { getInsights, getTranslation, listTemplates, listTranslations, type StoredTranslation } from '@mina/contract'
import { queryOptions, useQuery } from '@tanstack/react-query'
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

/** Each language with its versions, the newest first. What is read is the newest that is finished. */
export const byLanguage = (items: readonly StoredTranslation[]) =>
  [...new Set(items.map((it) => it.language))].map((language) => {
    const versions = items.filter((it) => it.language === language)
    const newest = versions[0]!
    return { language, versions, newest, read: versions.find((it) => it.status === 'done') ?? newest }
  })

export const translationQuery = (id: string, language: string, version: number) =>
  queryOptions({
    queryKey: [...conversationKey(id), 'translations', language, version],
    queryFn: ({ signal }) => call(getTranslation, { params: { id, language }, query: { version }, signal }),
    refetchInterval: ({ state }) => (state.data && working(state.data.translation) ? pace : false),
  })

/** The translation into a language as it is read now; nothing while none is wanted. */
export function useTranslated(id: string, language: string | undefined) {
  const wanted = language !== undefined
  const list = useQuery({ ...translationsQuery(id), enabled: wanted })
  const read = byLanguage(list.data?.items ?? []).find((it) => it.language === language)?.read
  return useQuery({
    ...translationQuery(id, language ?? '', read?.version ?? 0),
    enabled: wanted && read !== undefined,
  })
}

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
