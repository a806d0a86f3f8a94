import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { FileText, Mic, Upload } from 'lucide-react'
import { useRef, useState } from 'react'
import { handOver } from '../../app/handed.ts'
import { Main } from '../../app/main-area.tsx'
import { useOpenSample } from '../../app/open-sample.ts'
import { useUser } from '../../app/session.ts'
import { useWords } from '../../i18n/index.ts'
import { Button, buttonClass } from '../../ui/button.tsx'
import { Way } from '../../ui/way.tsx'
import { liveMessages } from '../live/messages/index.ts'
import { welcomeMessages } from './messages/index.ts'
import { TenSeconds } from './ten-seconds.tsx'
import './welcome.css'

const route = getRouteApi('/inside/welcome')

/** The first minutes end with the person's own words on the page. */
export function WelcomePage() {
  const words = useWords(welcomeMessages)
  const navigate = useNavigate()
  const { mail } = route.useSearch()
  const user = useUser()
  const input = useRef<HTMLInputElement>(null)
  const [speaking, setSpeaking] = useState(false)
  // Loaded with the page, so that the first recording waits for nothing.
  useWords(liveMessages)
  const bring = (files: Iterable<File>) => {
    handOver(files)
    void navigate({ to: '/upload' })
  }
  const sample = useOpenSample()
  return (
    <Main title={words('title')} className="page welcome">
      <section
        aria-label={words('title')}
        onDragOver={(event) => event.preventDefault()}
        onDrop={(event) => {
          event.preventDefault()
          if (event.dataTransfer.files.length) bring(event.dataTransfer.files)
        }}
      >
        <h1 dir="auto">{user?.name ? words('hello', { name: user.name }) : words('helloNobody')}</h1>
        <p className="lead">{words(speaking ? 'say.lead' : 'lead')}</p>
        {speaking ? (
          <TenSeconds back={() => setSpeaking(false)} />
        ) : (
          <ol className="welcome-ways">
            <Way className="way" icon={Mic} title={words('say.title')} text={words('say.text')}>
              <Button look="go" big onClick={() => setSpeaking(true)}>
                {words('say.go')}
              </Button>
            </Way>
            <Way className="way" icon={Upload} title={words('drop.title')} text={words('drop.text')}>
              <input
                ref={input}
                type="file"
                multiple
                hidden
                aria-label={words('drop.go')}
                accept="audio/*,video/*"
                onChange={({ currentTarget: it }) => it.files && bring([...it.files])}
              />
              <Button look="line" big onClick={() => input.current?.click()}>
                {words('drop.go')}
              </Button>
            </Way>
            <Way className="way" icon={FileText} title={words('sample.title')} text={words('sample.text')}>
              <Button look="line" big busy={sample.isPending} onClick={() => sample.mutate()}>
                {words('sample.go')}
              </Button>
            </Way>
          </ol>
        )}
        {mail && user && !user.email_verified && (
          <p className="muted small">{words(`mail.${mail}`, { email: user.email })}</p>
        )}
        <p className="skip-it">
          <Link to="/library" className={buttonClass({ look: 'text' })}>
            {words('skip')}
          </Link>
        </p>
      </section>
    </Main>
  )
}
