import { Main } from '../../app/main-area.tsx'
import { useWords } from '../../i18n/index.ts'
import { shell } from '../../i18n/shell/index.ts'

export function ConversationPage() {
  const words = useWords(shell)
  return (
    <Main title={words('nav.library')}>
      <h1>{words('nav.library')}</h1>
    </Main>
  )
}
