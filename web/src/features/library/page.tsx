import type { ConversationItem } from '@mina/contract'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { CircleDot, Inbox, SearchX, Upload } from 'lucide-react'
import { useCallback, useMemo } from 'react'
import { libraryCounts } from '../../app/frame.tsx'
import { Main } from '../../app/main-area.tsx'
import { useFormats, useWords } from '../../i18n/index.ts'
import { shell } from '../../i18n/shell/index.ts'
import { buttonClass } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { FailedPart, Notice } from '../../ui/states.tsx'
import { VirtualList } from '../../ui/virtual-list.tsx'
import { ChosenBar } from './chosen-bar.tsx'
import { byDay, type Listed } from './days.ts'
import { useDialogues } from './dialogues.tsx'
import { Filters } from './filters.tsx'
import { First } from './first.tsx'
import { focusRow, useFocusKept, useListKeys } from './keys.ts'
import { libraryMessages } from './messages/index.ts'
import { libraryList, useLibraryEvents, useLibraryList } from './query.ts'
import { useRemove, useTagging } from './remove.ts'
import { Row, type RowActions } from './row.tsx'
import { SearchBox } from './search-box.tsx'
import { useSelection } from './selection.ts'
import { isAll, type Wanted } from './wanted.ts'
import '../../style/library.css'
import '../../style/library-row.css'

const route = getRouteApi('/inside/library')

const none: ConversationItem[] = []

const height = ({ item, day }: Listed) =>
  66 + (day ? 24 : 0) + (item.status === 'failed' ? 68 : item.status === 'live' || item.progress ? 46 : 0)

function Nothing({ wanted }: { wanted: Wanted }) {
  const words = useWords(libraryMessages)
  const all = (
    <Link to="/library" className={buttonClass({ look: 'line' })}>
      {words('none.all')}
    </Link>
  )
  if (wanted.q)
    return (
      <Notice
        icon={SearchX}
        title={words('none.search')}
        text={words('none.search.text', { q: wanted.q })}
        tools={all}
      />
    )
  return <Notice icon={Inbox} title={words('none.filter')} text={words('none.filter.text')} tools={all} />
}

function List({ wanted }: { wanted: Wanted }) {
  const words = useWords(libraryMessages)
  const say = useFormats()
  const { data: counts } = useQuery(libraryCounts)
  const list = useLibraryList(wanted)
  const items = list.data?.items ?? none
  const found = Boolean(wanted.q)
  const rows = useMemo<Listed[]>(
    () => (found ? items.map((item) => ({ item, day: null })) : byDay(items, say)),
    [items, found, say],
  )
  const ids = useMemo(() => items.map((it) => it.id), [items])
  const chosen = useSelection(ids)
  const remove = useRemove()
  const keepFocus = useFocusKept(ids)
  const tag = useTagging()
  const { share, exportIt, dialogues } = useDialogues()
  const removeAll = useCallback(
    (gone: string[]) => {
      keepFocus(gone)
      chosen.clear()
      remove(gone)
    },
    [keepFocus, chosen.clear, remove],
  )
  const actions: RowActions = useMemo(
    () => ({ share, exportIt, remove: removeAll, pick: chosen.pick }),
    [share, exportIt, removeAll, chosen.pick],
  )
  useListKeys({ pick: (id) => chosen.pick(id, !chosen.all.has(id), false), remove: (id) => removeAll([id]) })

  /** The bar goes with the last that is chosen: who used it by keys goes on at the first of those. */
  const leaveBar = () => {
    focusRow(ids.find((id) => chosen.all.has(id)))
    chosen.clear()
  }

  if (list.isPending) return <SkeletonRows />
  if (list.isError && !items.length) return <FailedPart failure={list.error} retry={() => void list.refetch()} />
  if (!items.length) return <Nothing wanted={wanted} />
  const unfiltered = isAll(wanted)
  return (
    <div className={`rows ${chosen.all.size ? 'choosing' : ''} ${list.isPlaceholderData ? 'older' : ''}`}>
      <VirtualList
        label={words('list')}
        items={rows}
        keyOf={({ item, day }) => `${item.id}${day ? ' first' : ''}`}
        estimate={height}
        total={unfiltered ? counts?.total : undefined}
        onEnd={() => list.moreFailed || void list.more()}
        draw={({ item, day }) => (
          <div className={`day ${day ? 'begins' : ''} ${found ? 'flat' : ''}`}>
            {day && (
              <h2>
                {day.name} {day.date && <span>{day.date}</span>}
              </h2>
            )}
            <Row it={item} found={found} picked={chosen.all.has(item.id)} actions={actions} />
          </div>
        )}
      />
      {list.isError && <FailedPart failure={list.error} retry={() => void list.refetch()} />}
      {list.moreFailed !== undefined && <FailedPart failure={list.moreFailed} retry={() => void list.more()} />}
      {chosen.all.size > 0 && (
        <ChosenBar
          count={chosen.all.size}
          tags={counts?.tags.map((it) => it.name) ?? []}
          onTag={(name) => {
            tag([...chosen.all], name)
            leaveBar()
          }}
          onRemove={() => removeAll([...chosen.all])}
          onClear={leaveBar}
        />
      )}
      {dialogues}
    </div>
  )
}

function Head({ wanted }: { wanted: Wanted }) {
  const words = useWords(libraryMessages)
  const shared = useWords(shell)
  const title = wanted.q
    ? words('found', { q: wanted.q })
    : wanted.tag
      ? words('tagged_with', { tag: wanted.tag })
      : shared('nav.library')
  return (
    <div className="lib-head">
      <h1 dir="auto">{title}</h1>
      {wanted.q ? (
        <>
          <Link to="/search" search={{ q: wanted.q }} className={buttonClass({ look: 'text' })}>
            {words('places')}
          </Link>
          <Link to="/ask" search={{ q: wanted.q }} className={buttonClass({ look: 'text' })}>
            {shared('nav.ask.also')}
          </Link>
        </>
      ) : (
        <Filters wanted={wanted} />
      )}
    </div>
  )
}

export function LibraryPage() {
  const words = useWords(libraryMessages)
  const shared = useWords(shell)
  const wanted = route.useSearch()
  useLibraryEvents()
  const unfiltered = isAll(wanted)
  // The same query as the list's: asked once, kept once.
  const { data } = useQuery({ ...libraryList(wanted), enabled: unfiltered })
  if (unfiltered && data?.items.length === 0)
    return (
      <Main title={shared('nav.library')} className="lib">
        <First />
      </Main>
    )
  return (
    <Main title={shared('nav.library')} className="lib">
      <div className="lib-top">
        <SearchBox to="/library" q={wanted.q} />
        <Link to="/upload" className={buttonClass({ look: 'line' })}>
          <Icon of={Upload} />
          {words('upload')}
        </Link>
        <Link to="/live" className={buttonClass({ look: 'go' })}>
          <Icon of={CircleDot} />
          {words('record')}
        </Link>
      </div>
      <Head wanted={wanted} />
      <List wanted={wanted} />
    </Main>
  )
}
