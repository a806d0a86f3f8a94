import { Link } from '@tanstack/react-router'
import { useWords } from '../../i18n/index.ts'
import { searchMessages } from './messages/index.ts'

/** Words are searched, a question is asked: what was typed goes along. */
export function Ways({ q }: { q: string | undefined }) {
  const words = useWords(searchMessages)
  const current = { 'aria-current': 'page' } as const
  const alike = { includeSearch: false }
  return (
    <nav className="filters find-ways" aria-label={words('ways')}>
      <Link to="/search" search={{ q }} activeOptions={alike} activeProps={current}>
        {words('way.search')}
      </Link>
      <Link to="/ask" search={{ q }} activeOptions={alike} activeProps={current}>
        {words('way.ask')}
      </Link>
    </nav>
  )
}
