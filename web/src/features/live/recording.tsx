import { Link, useNavigate } from '@tanstack/react-router'
import { CloudOff, Save } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { useOnline } from '../../app/saving.ts'
import { useWords } from '../../i18n/index.ts'
import { Button, buttonClass } from '../../ui/button.tsx'
import { Notice } from '../../ui/states.tsx'
import { toast } from '../../ui/toast.ts'
import { Banner } from './banner.tsx'
import { Controls } from './controls.tsx'
import { liveMessages } from './messages/index.ts'
import { letGo, type Session, useShown } from './session.ts'
import { Minute } from './strip.tsx'
import { Top } from './top.tsx'
import { Transcript } from './transcript.tsx'

/** Stopped: opens the conversation, or says where the sound is while it can not be sent. */
function Ending({ session }: { session: Session }) {
  const words = useWords(liveMessages)
  const online = useOnline()
  const { state } = useShown(session)
  const away = !online || state.phase === 'offline' || state.phase === 'refused'
  return (
    <div className="ending">
      {away ? (
        <Notice
          icon={CloudOff}
          warn
          title={words('stop.offline.title')}
          text={state.refusal ? words('banner.refused', { why: state.refusal.message }) : words('stop.offline.text')}
          tools={
            <>
              <Button look="go" big onClick={letGo}>
                {words('stop.again')}
              </Button>
              <Link to="/library" className={buttonClass({ look: 'line', big: true })} onClick={letGo}>
                {words('stop.library')}
              </Link>
            </>
          }
        />
      ) : (
        <Notice icon={Save} title={words('stop.title')} text={words('stop.text')} />
      )}
    </div>
  )
}

export function RecordingPage({ session }: { session: Session }) {
  const words = useWords(liveMessages)
  const navigate = useNavigate()
  const { stopping } = useShown(session)
  const here = useRef(true)
  useEffect(() => {
    here.current = true
    return () => {
      here.current = false
    }
  }, [])

  const stop = () => {
    const open = (id: string) => void navigate({ to: '/conversation/$id', params: { id } })
    session.stop().then(
      (id) => {
        letGo()
        if (here.current) open(id)
        else toast({ text: words('bar.arrived'), action: { label: words('bar.open'), run: () => open(id) } })
      },
      () => toast({ text: words('stop.failed'), kind: 'warn', stays: true }),
    )
  }
  if (stopping) return <Ending session={session} />
  return (
    <>
      <Top session={session} />
      <Banner session={session} />
      <Transcript session={session} />
      <footer className="live-end">
        <Minute session={session} />
        <Controls session={session} stop={stop} />
      </footer>
    </>
  )
}
