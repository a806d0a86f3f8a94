import { Main } from '../../app/main-area.tsx'
import { useWords } from '../../i18n/index.ts'
import { shell } from '../../i18n/shell/index.ts'

export function SettingsPage() {
  const words = useWords(shell)
  return (
    <Main title={words('nav.settings')}>
      <h1>{words('nav.settings')}</h1>
    </Main>
  )
}
