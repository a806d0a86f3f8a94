import { type ConversationEvent, type ConversationItem, listConversations } from '@mina/contract'
import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { call } from '../../api/call.ts'
import { useServerEvent } from '../../api/server-events.ts'
import { queries } from '../../app/session.ts'
import { queryOf, type Wanted } from './wanted.ts'

export interface Page {
  items: ConversationItem[]
  next_cursor: string | null
}

const lists = ['library', 'list'] as const
/** The first page comes fast, the next ones hold more. */
const first = 30
const next = 50

const ask = (wanted: Wanted, limit: number, cursor?: string, signal?: AbortSignal): Promise<Page> =>
  call(listConversations, { query: { ...queryOf(wanted), limit, cursor }, signal })

/** What the server has first, then what was known to come after it: however far one has scrolled, looking again is one call. */
export function joined(fresh: Page, known: Page | undefined): Page {
  const last = fresh.items.at(-1)
  const at = known && last ? known.items.findIndex((it) => it.id === last.id) : -1
  if (!known || at < 0 || fresh.next_cursor === null) return fresh
  const here = new Set(fresh.items.map((it) => it.id))
  const rest = known.items.slice(at + 1).filter((it) => !here.has(it.id))
  return rest.length ? { items: [...fresh.items, ...rest], next_cursor: known.next_cursor } : fresh
}

const keyOf = (wanted: Wanted) => [...lists, wanted] as const

export const libraryList = (wanted: Wanted) =>
  queryOptions({
    queryKey: keyOf(wanted),
    queryFn: async ({ signal }) => {
      const known = queries.getQueryData<Page>(keyOf(wanted))
      const limit = known && known.items.length > first ? next : first
      return joined(await ask(wanted, limit, undefined, signal), queries.getQueryData<Page>(keyOf(wanted)))
    },
  })

/** The list so far, and a way to make it longer. */
export function useLibraryList(wanted: Wanted) {
  const list = useQuery({ ...libraryList(wanted), placeholderData: keepPreviousData })
  const asking = useRef<string>(undefined)
  const [failed, setFailed] = useState<{ cursor: string; failure: unknown }>()
  const cursor = list.isPlaceholderData ? undefined : (list.data?.next_cursor ?? undefined)
  const more = async () => {
    if (!cursor || asking.current === cursor) return
    asking.current = cursor
    setFailed(undefined)
    try {
      const page = await ask(wanted, next, cursor)
      queries.setQueryData<Page>(keyOf(wanted), (now) => {
        // It was looked at anew meanwhile, and ends elsewhere: the next call asks from there.
        if (now?.next_cursor !== cursor) return now
        const here = new Set(now.items.map((it) => it.id))
        return { items: [...now.items, ...page.items.filter((it) => !here.has(it.id))], next_cursor: page.next_cursor }
      })
    } catch (failure) {
      setFailed({ cursor, failure })
    } finally {
      asking.current = undefined
    }
  }
  return { ...list, more, moreFailed: failed?.cursor === cursor ? failed?.failure : undefined }
}

/** Changes what is shown of some conversations in every list that is kept; `null` takes them out. */
export function changeListed(ids: ReadonlySet<string>, change: (it: ConversationItem) => ConversationItem | null) {
  queries.setQueriesData<Page>({ queryKey: lists }, (page) => {
    if (!page?.items.some((it) => ids.has(it.id))) return page
    return { ...page, items: page.items.flatMap((it) => (ids.has(it.id) ? (change(it) ?? []) : it)) }
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
