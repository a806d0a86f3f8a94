import { type SearchHit, search } from '@mina/contract'
import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { SearchX, Text } from 'lucide-react'
import { useMemo } from 'react'
import { call } from '../../api/call.ts'
import { Main } from '../../app/main-area.tsx'
import { clock, useFormats, useWords } from '../../i18n/index.ts'
import { shell } from '../../i18n/shell/index.ts'
import { Button } from '../../ui/button.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { FailedPart, Notice } from '../../ui/states.tsx'
import { SearchBox } from '../library/search-box.tsx'
import { Marked } from './marked.tsx'
import { searchMessages } from './messages/index.ts'
import '../../style/library.css'
import '../../style/search.css'

const route = getRouteApi('/inside/search')

interface Group {
  id: string
  title: string
  created_at: string
  hits: SearchHit[]
}

/** The best conversation first, its places in the order in which they were said. */
export function grouped(hits: readonly SearchHit[]): Group[] {
  const groups = new Map<string, Group>()
  for (const it of hits) {
    const group = groups.get(it.conversation_id) ?? {
      id: it.conversation_id,
      title: it.title,
      created_at: it.created_at,
      hits: [],
    }
    group.hits.push(it)
    groups.set(it.conversation_id, group)
  }
  for (const { hits } of groups.values()) hits.sort((a, b) => (a.start_ms ?? -1) - (b.start_ms ?? -1))
  return [...groups.values()]
}

function Place({ hit }: { hit: SearchHit }) {
  const words = useWords(searchMessages)
  const at = hit.start_ms
  return (
    <li>
      <Link
        to="/conversation/$id"
        params={{ id: hit.conversation_id }}
        search={at === null ? {} : { t: Math.floor(at / 1000) }}
        className="place"
      >
        {at === null ? <span className="muted">{words('title')}</span> : <time>{clock(at)}</time>}
        <span className="grow" dir="auto">
          {hit.speaker && <b>{hit.speaker}: </b>}
          <Marked snippet={hit.snippet} />
        </span>
      </Link>
    </li>
  )
}

function Results({ q }: { q: string }) {
  const words = useWords(searchMessages)
  const say = useFormats()
  const results = useInfiniteQuery({
    queryKey: ['search', q],
    queryFn: ({ pageParam, signal }) => call(search, { query: { q, limit: 40, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    placeholderData: (before) => before,
  })
  const groups = useMemo(() => grouped(results.data?.pages.flatMap((page) => page.items) ?? []), [results.data])
  if (results.isPending) return <Skeleton lines={6} />
  if (results.isError) return <FailedPart failure={results.error} retry={() => void results.refetch()} />
  const corrected = results.data.pages[0]?.corrected
  if (!groups.length) return <Notice icon={SearchX} title={words('none')} text={words('none.text', { q })} />
  return (
    <div className={results.isPlaceholderData ? 'found-all older' : 'found-all'} aria-busy={results.isFetching}>
      {corrected && <p className="muted">{words('corrected', { q, corrected })}</p>}
      {groups.map((group) => (
        <section key={group.id} aria-labelledby={`found-${group.id}`}>
          <header>
            <h2 id={`found-${group.id}`}>
              <Link to="/conversation/$id" params={{ id: group.id }} dir="auto">
                {group.title}
              </Link>
            </h2>
            <p className="small muted">
              <time dateTime={group.created_at}>{say.date(group.created_at)}</time>
              <span>{words('places', { count: group.hits.length })}</span>
            </p>
          </header>
          <ul>
            {group.hits.map((hit) => (
              <Place key={`${hit.segment_id} ${hit.start_ms}`} hit={hit} />
            ))}
          </ul>
        </section>
      ))}
      {results.hasNextPage && (
        <Button look="line" busy={results.isFetchingNextPage} onClick={() => void results.fetchNextPage()}>
          {words('more')}
        </Button>
      )}
    </div>
  )
}

export function SearchPage() {
  const words = useWords(searchMessages)
  const shared = useWords(shell)
  const { q } = route.useSearch()
  return (
    <Main title={q ? `${q}, ${shared('nav.search')}` : shared('nav.search')} className="lib">
      <div className="lib-top">
        <SearchBox to="/search" q={q} autoFocus />
      </div>
      {q ? (
        <>
          <h1 className="vh">{words('results')}</h1>
          <Results q={q} />
        </>
      ) : (
        <Notice icon={Text} title={words('start')} text={words('start.text')} />
      )}
    </Main>
  )
}
