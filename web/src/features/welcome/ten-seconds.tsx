import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { useWords } from '../../i18n/index.ts'
import { type Refusal, refusalOf } from '../../live/index.ts'
import { Button, buttonClass } from '../../ui/button.tsx'
import { Meter } from '../../ui/meter.tsx'
import { conversationQuery } from '../conversation/query.ts'
import { Help } from '../live/help.tsx'
import { begin, letGo, openLink, type Session, useShown } from '../live/session.ts'
import { welcomeMessages } from './messages/index.ts'

const long_ms = 10_000
const over = new Set(['final', 'failed'])

/** While it records: the words as they come, and how long still. */
function Listening({ session, stopped }: { session: Session; stopped: (id: string, text: string) => void }) {
  const words = useWords(welcomeMessages)
  const { state, said, stopping } = useShown(session)
  const text = said.finals.map((it) => it.text).join(' ')
  const left = Math.ceil((long_ms - state.recorded_ms) / 1000)
  const done = useRef(stopped)
  done.current = (id) => stopped(id, text)
  const stop = () => void session.stop().then((id) => done.current(id, text))
  const stopNow = useRef(stop)
  stopNow.current = stop
  useEffect(() => {
    if (left <= 0 && !stopping) stopNow.current()
  }, [left, stopping])
  return (
    <div className="speaking">
      <div className="row">
        <span className={stopping ? 'dot still' : 'dot'} />
        {stopping ? (
          <span>{words('say.writing')}</span>
        ) : (
          <>
            <span className="num">{words('say.left', { seconds: Math.max(0, left) })}</span>
            <Meter subscribe={session.levels.subscribe} />
          </>
        )}
      </div>
      <p className="own-words" dir="auto" aria-live="polite">
        {text} <span className="interim">{said.interim?.text}</span>
        {!text && !said.interim && <span className="muted">{words(stopping ? 'say.writing' : 'say.example')}</span>}
      </p>
      {!stopping && (
        <Button look="line" onClick={stop}>
          {words('say.stop')}
        </Button>
      )}
    </div>
  )
}

/** The same words from the library, which are there even where the live ones were late. */
function Own({ id, early, again }: { id: string; early: string; again: () => void }) {
  const words = useWords(welcomeMessages)
  const { data } = useQuery({
    ...conversationQuery(id),
    refetchInterval: ({ state }) => (over.has(state.data?.conversation.status ?? '') ? false : 1000),
  })
  const text = data?.segments.map((it) => it.text).join(' ') || early
  const waiting = !over.has(data?.conversation.status ?? '')
  return (
    <div className="speaking">
      <p className="muted" role="status">
        {text ? words('say.done') : waiting ? words('say.writing') : words('say.nothing')}
      </p>
      {text && (
        <p className="own-words" dir="auto">
          {text}
        </p>
      )}
      <p className="row">
        <Link to="/conversation/$id" params={{ id }} className={buttonClass({ look: 'go', big: true })}>
          {words('say.open')}
        </Link>
        <Button look="line" big onClick={again}>
          {words('say.again')}
        </Button>
      </p>
    </div>
  )
}

export function TenSeconds({ back }: { back: () => void }) {
  const words = useWords(welcomeMessages)
  const [turn, setTurn] = useState(0)
  const [session, setSession] = useState<Session>()
  const [refusal, setRefusal] = useState<Refusal>()
  const [arrived, setArrived] = useState<{ id: string; text: string }>()
  // biome-ignore lint/correctness/useExhaustiveDependencies: each turn is one recording
  useEffect(() => {
    let here = true
    const link = openLink()
    setRefusal(undefined)
    setArrived(undefined)
    begin({ source: 'microphone', title: words('say.name') }, link).then(
      (it) => here && setSession(it),
      (failure) => {
        link.close()
        if (here) setRefusal(refusalOf(failure))
      },
    )
    return () => {
      here = false
    }
  }, [turn])
  if (refusal) return <Help refusal={refusal} again={() => setTurn(turn + 1)} />
  const again = () => {
    setSession(undefined)
    setTurn(turn + 1)
  }
  if (arrived) return <Own id={arrived.id} early={arrived.text} again={again} />
  if (!session)
    return (
      <div className="speaking">
        <p className="muted">{words('say.listening')}</p>
        <Button onClick={back}>{words('skip')}</Button>
      </div>
    )
  return (
    <Listening
      session={session}
      stopped={(id, text) => {
        letGo()
        setArrived({ id, text })
      }}
    />
  )
}
