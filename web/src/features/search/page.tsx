import { type SearchHit, search } from '@mina/contract'
import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { SearchX, Text } from 'lucide-react'
import { useMemo } from 'react'
import { call } from '../../api/call.ts'
import { Main } from '../../app/main-area.tsx'
import { useWords } from '../../i18n/index.ts'
import { shell } from '../../i18n/shell/index.ts'
import { Button } from '../../ui/button.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { FailedPart, Notice } from '../../ui/states.tsx'
import { SearchBox } from '../library/search-box.tsx'
import { type FoundConversation, FoundIn, Place } from './found-in.tsx'
import { Marked } from './marked.tsx'
import { searchMessages } from './messages/index.ts'
import { Ways } from './ways.tsx'
import '../../style/library.css'
import '../../style/search.css'

const route = getRouteApi('/inside/search')

type PlaceHit = SearchHit & { start_ms: number }

interface Group extends FoundConversation {
  places: PlaceHit[]
}

const isPlace = (it: SearchHit): it is PlaceHit => it.start_ms !== null

/**
 * The best conversation first, its places in the order in which they were said. A title that was found is no place: it
 * is marked where it stands, at their head.
 */
export function grouped(hits: readonly SearchHit[]): Group[] {
  const groups = new Map<string, Group>()
  for (const it of hits) {
    const group = groups.get(it.conversation_id) ?? {
      id: it.conversation_id,
      title: it.title,
      title_marked: it.title_marked,
      created_at: it.created_at,
      places: [],
    }
    if (isPlace(it)) group.places.push(it)
    groups.set(it.conversation_id, group)
  }
  for (const { places } of groups.values()) places.sort((a, b) => a.start_ms - b.start_ms)
  return [...groups.values()]
}

function Results({ q }: { q: string }) {
  const words = useWords(searchMessages)
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
        <FoundIn key={group.id} of={group} count={group.places.length}>
          {group.places.map(({ segment_id, start_ms, speaker, snippet }) => (
            <Place key={`${segment_id} ${start_ms}`} conversation={group.id} start_ms={start_ms} speaker={speaker}>
              <Marked snippet={snippet} />
            </Place>
          ))}
        </FoundIn>
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
      <Ways q={q} />
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
