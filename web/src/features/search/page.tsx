import { Main } from '../../app/main-area.tsx'
import { useWords } from '../../i18n/index.ts'
import { shell } from '../../i18n/shell/index.ts'

export function SearchPage() {
  const words = useWords(shell)
  return (
    <Main title={words('nav.search')}>
      <h1>{words('nav.search')}</h1>
    </Main>
  )
}
