import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { libraryCounts } from '../../app/frame.tsx'
import { useFormats, useWords } from '../../i18n/index.ts'
import { libraryMessages } from './messages/index.ts'
import type { Wanted } from './query.ts'

const filters = ['open_tasks', 'shared', 'attention'] as const

export function Filters({ wanted }: { wanted: Wanted }) {
  const words = useWords(libraryMessages)
  const say = useFormats()
  const { data: counts } = useQuery(libraryCounts)
  const one = (filter: Wanted['filter'], label: string, count?: number) => (
    <Link
      key={filter ?? 'all'}
      to="/library"
      search={{ q: wanted.q, tag: wanted.tag, filter }}
      activeOptions={{ exact: true }}
      activeProps={{ 'aria-current': 'true' }}
    >
      {label}
      {!!count && <span className="num">{say.number(count)}</span>}
    </Link>
  )
  return (
    <nav className="filters" aria-label={words('filter')}>
      {one(undefined, words('filter.all'))}
      {filters.map((filter) => one(filter, words(`filter.${filter}`), counts?.[filter]))}
    </nav>
  )
}
