import { hueOf } from '@mina/contract'
import { ArrowDown, SquareCheck, SquarePen } from 'lucide-react'
import { memo, type ReactNode, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { clock, useWords } from '../../i18n/index.ts'
import type { Mark } from '../../live/index.ts'
import { Avatar, hueClass } from '../../ui/avatar.tsx'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { useAway } from './banner.tsx'
import { type Interim, type Paragraph, paragraphs } from './captions.ts'
import { liveMessages } from './messages/index.ts'
import { type Session, useShown } from './session.ts'
import { Kept } from './strip.tsx'

function By({ start_ms, speaker, hue }: { start_ms: number; speaker: string | null; hue: ReturnType<typeof hueOf> }) {
  return (
    <div className="by">
      {speaker && (
        <>
          <b className={hueClass(hue)} dir="auto">
            {speaker}
          </b>
          <Avatar name={speaker} hue={hue} />
        </>
      )}
      <time>{clock(start_ms)}</time>
    </div>
  )
}

function Notes({ notes }: { notes: readonly Mark[] }) {
  const words = useWords(liveMessages)
  return notes.map((it) => (
    <aside className="side" key={it.id}>
      <b>
        <Icon of={it.kind === 'task' ? SquareCheck : SquarePen} />
        {words(it.kind === 'task' ? 'words.task' : 'words.note')} <time>{clock(it.at_ms)}</time>
      </b>
      <span dir="auto">{it.text}</span>
    </aside>
  ))
}

/** The part that will stay is written like all the rest; what may still change is lighter. */
function Coming({ it }: { it: Interim }) {
  const stable = Math.min(it.stable, it.text.length)
  return (
    <>
      {it.text.slice(0, stable)}
      <span className="interim">{it.text.slice(stable)}</span>
    </>
  )
}

interface SaidProps {
  it: Paragraph
  hue: ReturnType<typeof hueOf>
  lit: string
  notes: readonly Mark[]
  children?: ReactNode
}
const Said = memo(function Said({ it, hue, lit, notes, children }: SaidProps) {
  const marked = new Set(lit.split(' '))
  return (
    <section className={it.begins ? 'said' : 'said cont'}>
      <By start_ms={it.start_ms} speaker={it.begins ? it.speaker : null} hue={hue} />
      <div className="tx">
        <p dir="auto">
          {it.parts.map((part) => (
            <span key={part.id}>{marked.has(part.id) ? <mark>{part.text}</mark> : part.text} </span>
          ))}
          {children}
        </p>
      </div>
      <div className="sides">
        <Notes notes={notes} />
      </div>
    </section>
  )
})

const quiet: readonly Mark[] = []

/** The words fill the page; it follows them, unless somebody reads further up. */
export function Transcript({ session }: { session: Session }) {
  const words = useWords(liveMessages)
  const { said, marks, state } = useShown(session)
  const away = useAway(session)
  const all = useMemo(() => paragraphs(said.finals), [said.finals])
  const speakers = useMemo(() => [...new Set(all.map((it) => it.speaker ?? ''))], [all])
  const place = useRef<HTMLDivElement>(null)
  const [behind, setBehind] = useState(false)
  const notes = marks.filter((it) => it.kind !== 'highlight')
  const lit = new Set(marks.flatMap((it) => (it.kind === 'highlight' && it.passage ? it.passage.segment_id : [])))
  const last = all.at(-1)
  const joins =
    last &&
    said.interim &&
    (said.interim.speaker ?? null) === last.speaker &&
    said.interim.start_ms - last.end_ms < 2500
  const coming = said.interim && <Coming it={said.interim} />
  const length = said.finals.length + (said.interim?.text.length ?? 0)

  // biome-ignore lint/correctness/useExhaustiveDependencies: it follows whenever words have come
  useLayoutEffect(() => {
    const it = place.current
    if (it && !behind) it.scrollTop = it.scrollHeight
  }, [length, notes.length, away, behind])

  const of = (it: Paragraph, at: number) =>
    notes.filter(
      (note) => note.at_ms >= it.start_ms && note.at_ms < (all[at + 1]?.start_ms ?? Number.POSITIVE_INFINITY),
    )
  const early = notes.filter((note) => note.at_ms < (all[0]?.start_ms ?? Number.POSITIVE_INFINITY))
  return (
    <div className="words-out">
      <div
        ref={place}
        className="words"
        role="log"
        aria-label={words('words.label')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard
        tabIndex={0}
        onScroll={({ currentTarget: it }) => setBehind(it.scrollHeight - it.scrollTop - it.clientHeight > 80)}
      >
        <div className="words-in">
          {!all.length && !said.interim && !away && (
            <p className="listening">{words(state.paused ? 'words.paused' : 'words.listening')}</p>
          )}
          {early.length > 0 && (
            <section className="said">
              <div className="by" />
              <div className="tx">
                <Notes notes={early} />
              </div>
            </section>
          )}
          {all.map((it, at) => {
            const mine = of(it, at)
            return (
              <Said
                key={it.key}
                it={it}
                hue={hueOf(speakers.indexOf(it.speaker ?? ''))}
                lit={it.parts.flatMap((part) => (lit.has(part.id) ? part.id : [])).join(' ')}
                notes={mine.length ? mine : quiet}
              >
                {it === last && joins && coming}
                {it === last && joins && <span className="caret" />}
              </Said>
            )
          })}
          {said.interim && !joins && (
            <section className="said">
              <By
                start_ms={said.interim.start_ms}
                speaker={said.interim.speaker ?? null}
                hue={hueOf(Math.max(0, speakers.indexOf(said.interim.speaker ?? '')))}
              />
              <div className="tx">
                <p dir="auto">
                  {coming}
                  <span className="caret" />
                </p>
              </div>
            </section>
          )}
          {away && state.waiting_ms > 1000 && (
            <section className="said">
              <div className="by">
                <time>{clock(state.recorded_ms - state.waiting_ms)}</time>
              </div>
              <div className="tx">
                <Kept session={session} from_ms={state.recorded_ms - state.waiting_ms} />
              </div>
            </section>
          )}
        </div>
      </div>
      {behind && (
        <Button look="line" icon={ArrowDown} className="newest" onClick={() => setBehind(false)}>
          {words('words.now')}
        </Button>
      )}
    </div>
  )
}
