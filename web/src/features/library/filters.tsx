import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { ListFilter } from 'lucide-react'
import { libraryCounts } from '../../app/frame.tsx'
import { useFormats, useWords } from '../../i18n/index.ts'
import { Button } from '../../ui/button.tsx'
import { Select, TextField } from '../../ui/field.tsx'
import { Popover } from '../../ui/popover.tsx'
import { libraryMessages } from './messages/index.ts'
import { filters, narrowed, statuses, type Wanted } from './wanted.ts'

/** Status, language and days: seldom needed, so one step away. */
function Narrow({ wanted }: { wanted: Wanted }) {
  const words = useWords(libraryMessages)
  const say = useFormats()
  const navigate = useNavigate()
  const { data: counts } = useQuery(libraryCounts)
  const change = (it: Partial<Wanted>) => void navigate({ to: '/library', search: { ...wanted, ...it }, replace: true })
  const count = narrowed(wanted)
  return (
    <Popover
      label={words('narrow')}
      opener={(it) => (
        <Button {...it} icon={ListFilter} title={words('narrow')} className={count ? 'narrowed' : undefined}>
          {words('narrow.short')}
          {count > 0 && <span className="num">{count}</span>}
        </Button>
      )}
    >
      <div className="narrow">
        <Select
          label={words('narrow.status')}
          value={wanted.status ?? ''}
          onChange={(event) => change({ status: statuses.find((it) => it === event.currentTarget.value) })}
        >
          <option value="">{words('narrow.any')}</option>
          {statuses.map((it) => (
            <option key={it} value={it}>
              {words(`status.${it}`)}
            </option>
          ))}
        </Select>
        <Select
          label={words('narrow.language')}
          value={wanted.language ?? ''}
          onChange={(event) => change({ language: event.currentTarget.value || undefined })}
        >
          <option value="">{words('narrow.any')}</option>
          {counts?.languages.map(({ name, count }) => (
            <option key={name} value={name}>
              {`${say.languageName(name)} (${say.number(count)})`}
            </option>
          ))}
        </Select>
        <TextField
          label={words('narrow.from')}
          type="date"
          max={wanted.to}
          value={wanted.from ?? ''}
          onChange={(event) => change({ from: event.currentTarget.value || undefined })}
        />
        <TextField
          label={words('narrow.to')}
          type="date"
          min={wanted.from}
          value={wanted.to ?? ''}
          onChange={(event) => change({ to: event.currentTarget.value || undefined })}
        />
        <Button
          look="line"
          disabled={!count}
          onClick={() => change({ status: undefined, language: undefined, from: undefined, to: undefined })}
        >
          {words('narrow.clear')}
        </Button>
      </div>
    </Popover>
  )
}

export function Filters({ wanted }: { wanted: Wanted }) {
  const words = useWords(libraryMessages)
  const say = useFormats()
  const { data: counts } = useQuery(libraryCounts)
  const one = (filter: Wanted['filter'], label: string, count?: number) => (
    <Link
      key={filter ?? 'all'}
      to="/library"
      search={{ ...wanted, filter }}
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
      <Narrow wanted={wanted} />
    </nav>
  )
}
