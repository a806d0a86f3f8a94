import { Main } from '../../app/main-area.tsx'
import { useWords } from '../../i18n/index.ts'
import { shell } from '../../i18n/shell/index.ts'

export function WelcomePage() {
  const words = useWords(shell)
  return (
    <Main title={words('nav.main')}>
      <h1>{words('nav.main')}</h1>
    </Main>
  )
}
