import { Link, useLocation, useNavigate } from '@tanstack/react-router'
import { CircleAlert, Mic } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useUser } from '../../app/session.ts'
import { clock, useWords } from '../../i18n/index.ts'
import type { Recording } from '../../live/index.ts'
import { Button, buttonClass } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { toast } from '../../ui/toast.ts'
import { bring, interrupted, lengthOf, sendOld } from './background.ts'
import { liveMessages } from './messages/index.ts'
import { type Session, useSession, useShown } from './session.ts'
import './bar.css'

function Running({ session }: { session: Session }) {
  const words = useWords(liveMessages)
  const { state, stopping } = useShown(session)
  return (
    <div className="live-bar" role="status">
      {stopping ? <Icon of={Mic} /> : <span className={state.paused ? 'dot still' : 'dot'} />}
      <time>{clock(state.recorded_ms)}</time>
      <span className="grow">
        {stopping ? words('bar.sending') : state.paused ? words('bar.paused') : words('bar.recording')}
      </span>
      <Link to="/live" className={buttonClass({ look: 'line' })}>
        {words('bar.return')}
      </Link>
    </div>
  )
}

function Interrupted({ it, done }: { it: Recording; done: () => void }) {
  const words = useWords(liveMessages)
  const navigate = useNavigate()
  return (
    <div className="live-bar" role="status">
      <Icon of={CircleAlert} />
      <span className="grow">{words('bar.cut', { time: clock(lengthOf(it)) })}</span>
      <Button
        onClick={() => {
          done()
          toast(words('bar.safe'))
          void bring(it).then((id) => {
            if (id)
              toast({
                text: words('bar.arrived'),
                action: {
                  label: words('bar.open'),
                  run: () => void navigate({ to: '/conversation/$id', params: { id } }),
                },
              })
          })
        }}
      >
        {words('bar.finish')}
      </Button>
      <Link to="/live" search={{ goOn: it.id }} className={buttonClass({ look: 'line' })} onClick={done}>
        {words('bar.goOn')}
      </Link>
    </div>
  )
}

/** On every page but its own: a recording that runs, or one that an earlier page left behind. */
export function LiveBar() {
  const session = useSession()
  const user = useUser()
  const here = useLocation({ select: (it) => it.pathname === '/live' })
  const [left, setLeft] = useState<Recording>()
  useEffect(() => {
    if (!user) return
    void interrupted()
      .then(sendOld)
      .then((all) => setLeft(all[0]))
      .catch(() => undefined)
  }, [user])
  if (here) return null
  if (session) return <Running session={session} />
  return left ? <Interrupted it={left} done={() => setLeft(undefined)} /> : null
}
