import { type AskedConversation, askLibrary, type LibraryAnswer } from '@mina/contract'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { MessageCircleQuestionMark, SearchX } from 'lucide-react'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { call } from '../../api/call.ts'
import { libraryCounts } from '../../app/frame.tsx'
import { Main } from '../../app/main-area.tsx'
import { queries } from '../../app/session.ts'
import { clock, useWords } from '../../i18n/index.ts'
import { shell } from '../../i18n/shell/index.ts'
import { Button, buttonClass } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { FailedPart, Notice, Progress } from '../../ui/states.tsx'
import { FoundIn, Place } from '../search/found-in.tsx'
import { Ways } from '../search/ways.tsx'
import { BestMarked, Sentences } from './answer.tsx'
import { AnswerLimits } from './limits.tsx'
import { understandingMessages } from './messages/index.ts'
import '../../style/library.css'
import '../../style/search.css'
import './ask.css'

const route = getRouteApi('/inside/ask')

/** Kept, so that coming back from a passage finds the answer as it was. */
const answerQuery = (question: string) =>
  queryOptions({
    queryKey: ['ask', question],
    queryFn: ({ signal }) => call(askLibrary, { body: { question }, signal }),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })

function AskBox({ q }: { q: string | undefined }) {
  const words = useWords(understandingMessages)
  const navigate = useNavigate()
  const [typed, type] = useState(q ?? '')
  const box = useRef<HTMLInputElement>(null)
  // The address changed by itself: Back, an example, the palette.
  useEffect(() => type(q ?? ''), [q])
  useEffect(() => {
    if (!q) box.current?.focus()
  }, [q])
  const ask = (event: FormEvent) => {
    event.preventDefault()
    const question = typed.trim()
    if (!question) return
    if (question === q) void queries.invalidateQueries({ queryKey: answerQuery(question).queryKey })
    else void navigate({ to: '/ask', search: { q: question } })
  }
  return (
    <form className="lib-top ask-top" onSubmit={ask}>
      <div className="search">
        <Icon of={MessageCircleQuestionMark} />
        <input
          ref={box}
          className="input"
          type="text"
          enterKeyHint="go"
          aria-label={words('ask.library.label')}
          placeholder={words('ask.library.example')}
          autoComplete="off"
          maxLength={1000}
          dir="auto"
          value={typed}
          onChange={(event) => type(event.target.value)}
        />
      </div>
      <Button look="go" type="submit" disabled={!typed.trim()}>
        {words('ask.go')}
      </Button>
    </form>
  )
}

/** The second that a sentence rests on, named by its conversation: an answer may draw on several. */
function Source({ of, start_ms }: { of: AskedConversation; start_ms: number }) {
  return (
    <Link to="/conversation/$id" params={{ id: of.id }} search={{ t: Math.floor(start_ms / 1000) }} className="source">
      <span dir="auto">{of.title}</span> {clock(start_ms)}
    </Link>
  )
}

function Passages({ it }: { it: LibraryAnswer }) {
  const groups = Map.groupBy(it.passages, (one) => one.conversation_id)
  return (
    <div className="found-all">
      {[...groups].map(([id, all]) => {
        const of = it.conversations.find((one) => one.id === id)
        if (!of) return null
        return (
          <FoundIn key={id} of={of} count={all.length}>
            {all.map((one) => (
              <Place
                key={`${one.segment_id} ${one.start_ms}`}
                conversation={id}
                start_ms={one.start_ms}
                speaker={one.speaker}
              >
                <BestMarked of={one} />
              </Place>
            ))}
          </FoundIn>
        )
      })}
    </div>
  )
}

function Answered({ it, q }: { it: LibraryAnswer; q: string }) {
  const words = useWords(understandingMessages)
  if (!it.passages.length)
    return (
      <Notice
        icon={SearchX}
        title={words('ask.not_found')}
        text={words('ask.library.nothing')}
        tools={
          <Link to="/search" search={{ q }} className={buttonClass({ look: 'line' })}>
            {words('ask.library.nothing.go')}
          </Link>
        }
      />
    )
  const written = it.answer.length > 0
  return (
    <>
      {written ? (
        <section className="answer" aria-label={words('ask.answer')}>
          <Sentences
            of={it.answer}
            cite={({ conversation_id, start_ms }) => {
              const of = it.conversations.find((one) => one.id === conversation_id)
              return of && <Source of={of} start_ms={start_ms} />
            }}
          />
        </section>
      ) : (
        !it.found && <p>{words('ask.not_found')}</p>
      )}
      <h2 className="heading">{words(written ? 'ask.rests_on' : 'ask.nearest')}</h2>
      <AnswerLimits of={it} />
      <Passages it={it} />
    </>
  )
}

function Asked({ q }: { q: string }) {
  const words = useWords(understandingMessages)
  const answer = useQuery(answerQuery(q))
  return (
    <div className="asked" aria-busy={answer.isFetching}>
      <h1 dir="auto">{q}</h1>
      <div aria-live="polite">
        {answer.isFetching && (
          <div className="thinking">
            <Progress label={words('ask.thinking')} />
            <p className="muted">{words('ask.thinking')}</p>
          </div>
        )}
        {answer.isError && !answer.isFetching && (
          <FailedPart failure={answer.error} retry={() => void answer.refetch()} />
        )}
        {answer.data && !answer.isFetching && <Answered it={answer.data} q={q} />}
      </div>
    </div>
  )
}

/** What asking is, with questions to begin with; or that there is nothing to ask yet. */
function Begin() {
  const words = useWords(understandingMessages)
  const shared = useWords(shell)
  const { data: counts } = useQuery(libraryCounts)
  const empty = counts?.total === 0
  const examples = ['ask.library.one', 'ask.library.two', 'ask.library.three'] as const
  return (
    <Notice
      icon={MessageCircleQuestionMark}
      title={words('ask.library')}
      text={words(empty ? 'ask.library.empty' : 'ask.library.text')}
      tools={
        empty ? (
          <>
            <Link to="/live" className={buttonClass({ look: 'go' })}>
              {shared('nav.record')}
            </Link>
            <Link to="/upload" className={buttonClass({ look: 'line' })}>
              {shared('nav.upload')}
            </Link>
          </>
        ) : (
          examples.map((it) => (
            <Link key={it} to="/ask" search={{ q: words(it) }} className={buttonClass({ look: 'line' })}>
              {words(it)}
            </Link>
          ))
        )
      }
    />
  )
}

export function AskPage() {
  const words = useWords(understandingMessages)
  const { q } = route.useSearch()
  const title = words('ask.library')
  return (
    <Main title={q ? `${q}, ${title}` : title} className="lib">
      <AskBox q={q} />
      <Ways q={q} />
      {q ? <Asked key={q} q={q} /> : <Begin />}
    </Main>
  )
}
