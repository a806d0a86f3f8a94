import { Link } from '@tanstack/react-router'
import { Check, ChevronDown, ChevronLeft, Mic, RefreshCw } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useOnline } from '../../app/saving.ts'
import { clock, useFormats, useWords } from '../../i18n/index.ts'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Menu } from '../../ui/menu.tsx'
import { decibels, Meter } from '../../ui/meter.tsx'
import { toast } from '../../ui/toast.ts'
import { usual_ms } from './banner.tsx'
import { useMicrophones } from './devices.ts'
import { liveMessages } from './messages/index.ts'
import { type Session, useShown } from './session.ts'

function Title({ session }: { session: Session }) {
  const words = useWords(liveMessages)
  const { title } = useShown(session)
  const [writing, setWriting] = useState<string>()
  return (
    <input
      className="name"
      dir="auto"
      aria-label={words('top.title')}
      placeholder={words('top.untitled')}
      maxLength={255}
      value={writing ?? title}
      onChange={(event) => setWriting(event.currentTarget.value)}
      onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
      onBlur={() => {
        if (writing !== undefined && writing.trim() !== title) session.rename(writing)
        setWriting(undefined)
      }}
    />
  )
}

/** The one thing that must always be true, said always. */
export function Safe({ session }: { session: Session }) {
  const words = useWords(liveMessages)
  const online = useOnline()
  const { state } = useShown(session)
  const away = !online || state.phase === 'offline' || state.phase === 'refused'
  const late = state.waiting_ms > usual_ms
  const unkept = state.unkept_ms > usual_ms
  const text = unkept
    ? words('safe.unkept')
    : away
      ? words('safe.here')
      : late
        ? words('safe.sending', { time: clock(state.waiting_ms) })
        : state.phase === 'connecting'
          ? words('safe.connecting')
          : words('safe.all')
  const onItsWay = unkept || (late && !away)
  return (
    <span className={`saved ph ${onItsWay ? 'waiting' : ''}`} role="status">
      <Icon of={onItsWay ? RefreshCw : Check} />
      <span>{text}</span>
    </span>
  )
}

function Decibels({ session }: { session: Session }) {
  const place = useRef<HTMLSpanElement>(null)
  const words = useWords(liveMessages)
  useEffect(() => {
    let count = 0
    return session.levels.subscribe((level) => {
      count += 1
      if (count % 3 || !place.current) return
      const db = Math.round(decibels(level))
      place.current.textContent = words('top.db', { level: String(db).replace('-', '−') })
    })
  }, [session, words])
  return <span ref={place} className="db num" aria-hidden="true" />
}

function Device({ session }: { session: Session }) {
  const words = useWords(liveMessages)
  const { named, chosen, choose } = useMicrophones()
  if (session.source === 'shared' || named.length < 2) return null
  const now = named.find((it) => it.id === chosen) ?? named[0]
  return (
    <Menu
      label={words('top.device')}
      opener={(it) => (
        <Button {...it} icon={Mic} className="device">
          <span>{now?.label}</span>
          <Icon of={ChevronDown} />
        </Button>
      )}
      choices={named.map((it) => ({
        label: it.label,
        chosen: it.id === now?.id,
        onChoose: () => {
          choose(it.id)
          void session.chooseMicrophone(it.id).catch(() => toast({ text: words('help.busy'), kind: 'warn' }))
        },
      }))}
    />
  )
}

function Time({ session }: { session: Session }) {
  const words = useWords(liveMessages)
  const say = useFormats()
  const { state } = useShown(session)
  const spoken = say.spokenTime(state.recorded_ms)
  return (
    <>
      <span className={state.paused ? 'dot still' : 'dot'} />
      <time role="timer" aria-label={words(state.paused ? 'top.pausedTime' : 'top.time', { time: spoken })}>
        {clock(state.recorded_ms)}
      </time>
    </>
  )
}

export function Top({ session }: { session: Session }) {
  const words = useWords(liveMessages)
  return (
    <header className="live-top">
      <div className="l">
        <h1 className="vh">{words('title.recording')}</h1>
        <Link to="/library" className="ib" aria-label={words('top.back')}>
          <Icon of={ChevronLeft} />
        </Link>
        <Title session={session} />
      </div>
      <div className="mid clock">
        <Time session={session} />
        <Meter subscribe={session.levels.subscribe} />
        <Decibels session={session} />
      </div>
      <div className="r">
        <Safe session={session} />
        <Device session={session} />
      </div>
    </header>
  )
}
