import { hueOf } from '@mina/contract'
import { ArrowDown, SquareCheck, SquarePen } from 'lucide-react'
import { memo, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { clock, useWords } from '../../i18n/index.ts'
import type { Mark } from '../../live/index.ts'
import { Avatar, hueClass } from '../../ui/avatar.tsx'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { useAway } from './banner.tsx'
import { type Interim, type Paragraph, paragraphs, withComing } from './captions.ts'
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

/** What follows brings its space along: one at the end of a line would be nowhere, until something follows. */
const spaced = (at: number, text: string) => (at > 0 ? ` ${text}` : text)

/**
 * The part that will stay is written like all the rest; what may still change is lighter. Each is written anew where it
 * begins elsewhere: what stands on the page appears and goes, and does not wander.
 */
function Coming({ it, at }: { it: Interim; at: number }) {
  const stable = Math.min(it.stable, it.text.length)
  const open = it.text.slice(stable)
  return (
    <>
      {stable > 0 && <span key={it.start_ms}>{spaced(at, it.text.slice(0, stable))}</span>}
      {open && (
        <span key={`${it.start_ms} ${stable} ${/\S*/.exec(open.trimStart())}`} className="interim">
          {spaced(stable > 0 ? 0 : at, open)}
        </span>
      )}
      <span className="caret" />
    </>
  )
}

interface SaidProps {
  it: Paragraph
  hue: ReturnType<typeof hueOf>
  lit: string
  notes: readonly Mark[]
}
const Said = memo(function Said({ it, hue, lit, notes }: SaidProps) {
  const marked = new Set(lit.split(' '))
  return (
    <section className={it.begins ? 'spoken' : 'spoken cont'}>
      <By start_ms={it.start_ms} speaker={it.begins ? it.speaker : null} hue={hue} />
      <div className="tx">
        <p dir="auto">
          {it.parts.map((part, at) => (
            <span key={part.id}>
              {marked.has(part.id) ? (
                <>
                  {spaced(at, '')}
                  <mark>{part.text}</mark>
                </>
              ) : (
                spaced(at, part.text)
              )}
            </span>
          ))}
          {it.coming && <Coming it={it.coming} at={it.parts.length} />}
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
  const settled = useMemo(() => paragraphs(said.finals), [said.finals])
  const all = withComing(settled, said.interim)
  const speakers = useMemo(() => [...new Set(settled.map((it) => it.speaker ?? ''))], [settled])
  const hueFor = (speaker: string | null) => {
    const at = speakers.indexOf(speaker ?? '')
    return hueOf(at < 0 ? speakers.length : at)
  }
  const place = useRef<HTMLDivElement>(null)
  const [behind, setBehind] = useState(false)
  const notes = marks.filter((it) => it.kind !== 'highlight')
  const lit = new Set(marks.flatMap((it) => (it.kind === 'highlight' && it.passage ? it.passage.segment_id : [])))
  const kept = away && state.waiting_ms > 1000
  const length = said.finals.length + (said.interim?.text.length ?? 0)

  // biome-ignore lint/correctness/useExhaustiveDependencies: it follows whenever words have come
  useLayoutEffect(() => {
    const it = place.current
    if (it && !behind) it.scrollTop = it.scrollHeight
  }, [length, notes.length, away, kept, behind])

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
          {!all.length && !away && (
            <p className="listening">{words(state.paused ? 'words.paused' : 'words.listening')}</p>
          )}
          {early.length > 0 && (
            <section className="spoken">
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
                hue={hueFor(it.speaker)}
                lit={it.parts.flatMap((part) => (lit.has(part.id) ? part.id : [])).join(' ')}
                notes={mine.length ? mine : quiet}
              />
            )
          })}
          {kept && (
            <section className="spoken">
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
