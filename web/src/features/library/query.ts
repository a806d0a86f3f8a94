import { type ConversationEvent, type ConversationItem, listConversations } from '@mina/contract'
import { type InfiniteData, infiniteQueryOptions } from '@tanstack/react-query'
import { call } from '../../api/call.ts'
import { useServerEvent } from '../../api/server-events.ts'
import { queries } from '../../app/session.ts'

export interface Wanted {
  q?: string
  tag?: string
  filter?: 'open_tasks' | 'shared' | 'attention'
}

interface Page {
  items: ConversationItem[]
  next_cursor: string | null
}

const lists = ['library', 'list'] as const

export const libraryList = ({ q, tag, filter }: Wanted) =>
  infiniteQueryOptions({
    queryKey: [...lists, { q, tag, filter }],
    queryFn: ({ pageParam, signal }): Promise<Page> =>
      call(listConversations, { query: { q, tag, filter, limit: 30, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
  })

/** Changes what is shown of some conversations in every list that is kept; `null` takes them out. */
export function changeListed(ids: ReadonlySet<string>, change: (it: ConversationItem) => ConversationItem | null) {
  queries.setQueriesData<InfiniteData<Page>>({ queryKey: lists }, (data) => {
    if (!data) return data
    const pages = data.pages.map((page) => {
      if (!page.items.some((it) => ids.has(it.id))) return page
      const items = page.items.flatMap((it) => (ids.has(it.id) ? (change(it) ?? []) : it))
      return { ...page, items }
    })
    return { ...data, pages }
  })
}

/** The lists and their counts, as the server has them now. */
export const refreshLibrary = () => queries.invalidateQueries({ queryKey: ['library'] })

/** Progress, titles and failures as they happen. What is new or gone is fetched by `useLibraryNews`. */
export function useLibraryEvents() {
  useServerEvent('conversation', (event: ConversationEvent) => {
    changeListed(new Set([event.id]), (it) => {
      if (event.deleted) return null
      return {
        ...it,
        status: event.status as ConversationItem['status'],
        progress: event.progress,
        title: event.title ?? it.title,
        failure: event.failure === undefined ? it.failure : event.failure,
      }
    })
  })
}
