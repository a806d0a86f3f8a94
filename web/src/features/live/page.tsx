import { Main } from '../../app/main-area.tsx'
import { useWords } from '../../i18n/index.ts'
import { liveMessages } from './messages/index.ts'
import { RecordingPage } from './recording.tsx'
import { useSession } from './session.ts'
import { Setup } from './setup.tsx'
import './live.css'
import './words.css'

export function LivePage() {
  const words = useWords(liveMessages)
  const session = useSession()
  return session ? (
    <Main title={words('title.recording')} className="livepage">
      <RecordingPage session={session} />
    </Main>
  ) : (
    <Main title={words('set.title')} className="page live-set">
      <Setup />
    </Main>
  )
}
