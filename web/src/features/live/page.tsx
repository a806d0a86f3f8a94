import { Main } from '../../app/main-area.tsx'
import { useWords } from '../../i18n/index.ts'
import { shell } from '../../i18n/shell/index.ts'

export function LivePage() {
  const words = useWords(shell)
  return (
    <Main title={words('nav.live')}>
      <h1>{words('nav.live')}</h1>
    </Main>
  )
}
