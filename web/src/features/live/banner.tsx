import { CircleAlert, CloudOff, MicOff } from 'lucide-react'
import { useEffect } from 'react'
import { useOnline } from '../../app/saving.ts'
import { clock, useFormats, useWords } from '../../i18n/index.ts'
import { SAMPLE_RATE } from '../../live/index.ts'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { toast } from '../../ui/toast.ts'
import { liveMessages } from './messages/index.ts'
import { type Session, useShown } from './session.ts'

/** So much is on its way all the time; more than that is worth a word. */
export const usual_ms = 3000

export const useAway = (session: Session) => {
  const online = useOnline()
  const { state } = useShown(session)
  return !online || state.phase === 'offline'
}

/** The only sound that closing the page would lose. */
function Unkept({ ms }: { ms: number }) {
  const words = useWords(liveMessages)
  useEffect(() => {
    const ask = (event: Event) => event.preventDefault()
    addEventListener('beforeunload', ask)
    return () => removeEventListener('beforeunload', ask)
  }, [])
  return (
    <p className="banner">
      <Icon of={CircleAlert} />
      <span>{words('banner.unkept', { time: clock(ms) })}</span>
    </p>
  )
}

/** Only when there is something to know; what is safe comes first. */
export function Banner({ session }: { session: Session }) {
  const words = useWords(liveMessages)
  const say = useFormats()
  const away = useAway(session)
  const { state, lost, warning } = useShown(session)
  const size = say.size((state.waiting_ms / 1000) * SAMPLE_RATE * 2)
  return (
    <div role="status" className="live-banner">
      {state.unkept_ms > usual_ms ? (
        <Unkept ms={state.unkept_ms} />
      ) : state.refusal ? (
        <p className="banner">
          <Icon of={CircleAlert} />
          <span>{words('banner.refused', { why: state.refusal.message })}</span>
          <Button look="line" onClick={session.retry}>
            {words('banner.retry')}
          </Button>
        </p>
      ) : away ? (
        <p className="banner">
          <Icon of={CloudOff} />
          <span>{words('banner.offline')}</span>
          <span className="num" aria-live="off">
            {words('banner.waiting', { time: clock(state.waiting_ms), size })}
          </span>
        </p>
      ) : lost ? (
        <p className="banner">
          <Icon of={MicOff} />
          <span>
            {words(lost === 'microphone' ? 'banner.lost' : session.source === 'both' ? 'banner.half' : 'banner.shared')}
          </span>
          <Button
            look="line"
            onClick={() => void session.listenAgain().catch(() => toast({ text: words('help.busy'), kind: 'warn' }))}
          >
            {words(lost === 'microphone' ? 'banner.again' : 'banner.share')}
          </Button>
        </p>
      ) : (
        warning && (
          <p className="banner">
            <Icon of={CircleAlert} />
            <span>{warning}</span>
          </p>
        )
      )}
    </div>
  )
}
