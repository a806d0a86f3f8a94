import { type Claim, type Hue, type Insights, type Segment, startInsights, takeFoundTasks } from '@mina/contract'
import { useMutation, useQuery } from '@tanstack/react-query'
import { ListPlus, RefreshCw, Sparkles, TriangleAlert } from 'lucide-react'
import { type ReactNode, useMemo, useState } from 'react'
import { call } from '../../api/call.ts'
import { useFailureText, useForReader } from '../../api/failure.ts'
import { queries } from '../../app/session.ts'
import { clock, useFormats, useWords } from '../../i18n/index.ts'
import { hueClass } from '../../ui/avatar.tsx'
import { Button, IconButton } from '../../ui/button.tsx'
import { Select } from '../../ui/field.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { FailedPart, Progress, Told } from '../../ui/states.tsx'
import { toast } from '../../ui/toast.ts'
import { tasksQuery } from '../conversation/notes.ts'
import { speakingTimes } from '../conversation/voices.ts'
import { Cite } from './cite.tsx'
import { InsightLimits } from './limits.tsx'
import { understandingMessages } from './messages/index.ts'
import { insightsQuery, templatesQuery } from './query.ts'

type GoTo = (ms: number) => void

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h2>{title}</h2>
      {children}
    </section>
  )
}

function Said({ it, goTo }: { it: Claim; goTo: GoTo }) {
  const words = useWords(understandingMessages)
  return (
    <p dir="auto" className={it.supported ? '' : 'unsupported'}>
      {it.text}{' '}
      {it.evidence.slice(0, 3).map((place) => (
        <Cite key={`${place.segment_id} ${place.start_ms}`} ms={place.start_ms} goTo={goTo} />
      ))}
      {!it.supported && (
        <span className="doubted">
          <Icon of={TriangleAlert} className="tiny" />
          {words('insights.doubt')}
        </span>
      )}
    </p>
  )
}

function Times({ segments, hues }: { segments: readonly Segment[]; hues: ReadonlyMap<string, Hue> }) {
  const words = useWords(understandingMessages)
  const times = useMemo(() => speakingTimes(segments), [segments])
  const most = times[0]?.ms ?? 0
  if (times.length < 2) return null
  return (
    <Part title={words('insights.times')}>
      <dl className="share-bars">
        {times.map(({ name, ms }) => (
          <div key={name ?? ''}>
            <dt dir="auto">{name ?? words('insights.nobody')}</dt>
            <dd>
              <i
                className={hueClass((name && hues.get(name)) || 0)}
                style={{ width: `${(ms / Math.max(1, most)) * 100}%` }}
              />
            </dd>
            <dd className="num muted">{clock(ms)}</dd>
          </div>
        ))}
      </dl>
    </Part>
  )
}

function Tasks({ id, version, it, goTo }: { id: string; version: string; it: Insights; goTo: GoTo }) {
  const words = useWords(understandingMessages)
  const say = useFormats()
  const fail = useFailureText()
  const [taken, setTaken] = useState<ReadonlySet<number>>(new Set())
  const take = useMutation({
    mutationFn: (at: number) => call(takeFoundTasks, { params: { id, insights_id: version }, body: { indexes: [at] } }),
    onSuccess: (_, at) => {
      setTaken((now) => new Set(now).add(at))
      toast(words('insights.taken'))
      void queries.invalidateQueries({ queryKey: tasksQuery(id).queryKey })
    },
    onError: (failure) => toast({ text: fail(failure), kind: 'warn' }),
  })
  if (!it.tasks.length) return null
  return (
    <Part title={words('insights.tasks')}>
      <ul className="grid gap-2">
        {it.tasks.map((task, at) => (
          <li key={task.text} className="row items-start">
            <div className="grow">
              <Said it={task} goTo={goTo} />
              <p className="small muted" dir="auto">
                {[task.assignee, task.due_date && say.date(`${task.due_date}T00:00`)].filter(Boolean).join(' · ')}
              </p>
            </div>
            <IconButton
              icon={ListPlus}
              label={`${words('insights.take')}: ${task.text}`}
              disabled={taken.has(at)}
              onClick={() => take.mutate(at)}
            />
          </li>
        ))}
      </ul>
    </Part>
  )
}

function Mood({ it }: { it: NonNullable<Insights['mood']> }) {
  const words = useWords(understandingMessages)
  const say = useFormats()
  const positive = Math.round(it.scores.positive * 100) / 100
  const negative = Math.round(it.scores.negative * 100) / 100
  // Three rounded shares may make 101 percent; the middle one is what the others leave.
  const shares = { positive, neutral: Math.max(0, 1 - positive - negative), negative }
  return (
    <Part title={words('insights.mood')}>
      <p className="mood">
        {(['positive', 'neutral', 'negative'] as const).map((kind) => (
          <span key={kind}>
            {words(`insights.${kind}`)} <b className="num">{say.percent(shares[kind])}</b>
          </span>
        ))}
      </p>
    </Part>
  )
}

function Found({ id, version, it, goTo }: { id: string; version: string; it: Insights; goTo: GoTo }) {
  const words = useWords(understandingMessages)
  return (
    <>
      {it.summary.length > 0 && (
        <Part title={words('insights.summary')}>
          {it.summary.map((claim) => (
            <Said key={claim.text} it={claim} goTo={goTo} />
          ))}
        </Part>
      )}
      <Tasks id={id} version={version} it={it} goTo={goTo} />
      {it.decisions.length > 0 && (
        <Part title={words('insights.decisions')}>
          {it.decisions.map((claim) => (
            <Said key={claim.text} it={claim} goTo={goTo} />
          ))}
        </Part>
      )}
      {it.questions.length > 0 && (
        <Part title={words('insights.questions')}>
          {it.questions.map((one) => (
            <p key={`${one.segment_id} ${one.text}`} dir="auto">
              {one.text} <Cite ms={one.start_ms} goTo={goTo} />
            </p>
          ))}
        </Part>
      )}
      {it.chapters.length > 1 && (
        <Part title={words('insights.chapters')}>
          <ol className="chapters">
            {it.chapters.map((chapter) => (
              <li key={chapter.start_ms}>
                <button type="button" className="go-to" onClick={() => goTo(chapter.start_ms)}>
                  <time>{clock(chapter.start_ms)}</time> <span dir="auto">{chapter.title}</span>
                </button>
              </li>
            ))}
          </ol>
        </Part>
      )}
      {it.key_phrases.length > 0 && (
        <Part title={words('insights.phrases')}>
          <p className="phrases">
            {it.key_phrases.slice(0, 14).map((phrase) => (
              <button
                key={phrase.text}
                type="button"
                className="badge"
                dir="auto"
                onClick={() => goTo(phrase.start_ms)}
              >
                {phrase.text}
              </button>
            ))}
          </p>
        </Part>
      )}
      {it.mood && <Mood it={it.mood} />}
      <InsightLimits of={it} />
      <p className="small muted">
        {it.engine === 'model' && it.model ? words('insights.model', { model: it.model }) : words('insights.embedded')}
      </p>
    </>
  )
}

export function InsightsPanel({
  id,
  segments,
  hues,
  goTo,
}: {
  id: string
  segments: readonly Segment[]
  hues: ReadonlyMap<string, Hue>
  goTo: GoTo
}) {
  const words = useWords(understandingMessages)
  const insights = useQuery(insightsQuery(id))
  const templates = useQuery(templatesQuery)
  const [template, setTemplate] = useState('meeting')
  const forReader = useForReader()
  const start = useMutation({
    mutationFn: () => call(startInsights, { params: { id }, body: { template } }),
    onSettled: () => void queries.invalidateQueries({ queryKey: insightsQuery(id).queryKey }),
  })
  if (insights.isPending) return <Skeleton lines={5} />
  if (insights.isError)
    return (
      <>
        <FailedPart failure={insights.error} retry={() => void insights.refetch()} />
        <Times segments={segments} hues={hues} />
      </>
    )
  const { insights: it, version, versions } = insights.data
  const newest = versions.toSorted((a, b) => b.version - a.version)[0]
  const shown = versions.find((one) => one.version === version)
  const working = newest && (newest.status === 'queued' || newest.status === 'running')
  const make = !working && (
    <form
      className="make"
      onSubmit={(event) => {
        event.preventDefault()
        start.mutate()
      }}
    >
      {(templates.data?.items.length ?? 0) > 1 && (
        <Select
          label={words('insights.kind')}
          value={template}
          onChange={(event) => setTemplate(event.currentTarget.value)}
        >
          {templates.data?.items.map((one) => (
            <option key={one.id} value={one.id}>
              {one.name}
            </option>
          ))}
        </Select>
      )}
      <Button
        look={it ? 'line' : 'go'}
        icon={it ? RefreshCw : Sparkles}
        type="submit"
        busy={start.isPending}
        disabled={!segments.length}
      >
        {words(it ? 'insights.again' : 'insights.make')}
      </Button>
      {start.isError && <FailedPart failure={start.error} />}
    </form>
  )
  return (
    <>
      {!it && !working && (
        <div className="teach">
          <Icon of={Sparkles} />
          <b>{words('insights.none')}</b>
          <p>{words('insights.none.text')}</p>
        </div>
      )}
      {working && (
        <div className="working">
          <p className="small muted">{words('insights.working')}</p>
          <Progress part={newest.status === 'queued' ? undefined : newest.progress} label={words('insights.working')} />
        </div>
      )}
      {newest?.status === 'failed' && (
        <Told icon={TriangleAlert} kind="warn">
          {words('insights.failed')} {newest.error && forReader(newest.error)}
        </Told>
      )}
      {!it && make}
      {it && shown?.stale && !working && <p className="small muted">{words('insights.stale')}</p>}
      {it && shown && <Found id={id} version={shown.id} it={it} goTo={goTo} />}
      <Times segments={segments} hues={hues} />
      {it && make}
    </>
  )
}
