import { installModel, listModels, type Model, measureModel, removeModel } from '@mina/contract'
import { useMutation, useQuery } from '@tanstack/react-query'
import { TriangleAlert } from 'lucide-react'
import { call } from '../../api/call.ts'
import { useFailureText } from '../../api/failure.ts'
import { queries } from '../../app/session.ts'
import { useFormats, useWords } from '../../i18n/index.ts'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { Badge, FailedPart, Progress } from '../../ui/states.tsx'
import { toast } from '../../ui/toast.ts'
import { settingsMessages } from './messages/index.ts'
import { Section } from './section.tsx'
import './models.css'

const queryKey = ['settings', 'models']
const refresh = () => queries.invalidateQueries({ queryKey })
/** More than this many are counted, not named. */
const named = 5

function useFacts() {
  const words = useWords(settingsMessages)
  const say = useFormats()
  return (it: Model) => {
    const size = it.disk_bytes ?? it.download_bytes
    const all = it.languages?.map((one) => say.languageName(one))
    return [
      !all ? words('models.any') : all.length > named ? words('models.many', { count: all.length }) : say.list(all),
      size === null ? null : words(it.disk_bytes === null ? 'models.fetch' : 'models.takes', { size: say.size(size) }),
      it.licence,
    ].filter(Boolean)
  }
}

function Arriving({ it }: { it: Model }) {
  const words = useWords(settingsMessages)
  const say = useFormats()
  const { bytes = 0, total = null, left_s = null } = it.progress ?? {}
  const part = total ? bytes / total : undefined
  return (
    <p className="stat">
      <Progress part={part} label={words('models.installing', { name: it.title })} />
      {part !== undefined && <b className="num">{say.percent(part)}</b>}
      <span className="num">
        {total ? words('models.of', { size: say.size(bytes), total: say.size(total) }) : say.size(bytes)}
      </span>
      {left_s !== null && <span>{words('models.left', { time: say.duration(left_s * 1000) })}</span>}
    </p>
  )
}

function ModelRow({ it }: { it: Model }) {
  const words = useWords(settingsMessages)
  const say = useFormats()
  const failure = useFailureText()
  const facts = useFacts()
  const params = { name: it.name }
  const after = {
    onError: (one: unknown) => toast({ text: failure(one), kind: 'warn' as const }),
    onSettled: refresh,
  }
  const install = useMutation({ mutationFn: () => call(installModel, { params }), ...after })
  const measure = useMutation({ mutationFn: () => call(measureModel, { params }), ...after })
  const remove = useMutation({ mutationFn: () => call(removeModel, { params }), ...after })
  const here = it.state === 'installed' || it.state === 'built_in'
  return (
    <li className="model">
      <div className="grow">
        <p className="name">
          <span>{it.title}</span>
          {it.state === 'built_in' && <Badge>{words('models.builtIn')}</Badge>}
          {it.state === 'installed' && <Badge kind="good">{words('models.here')}</Badge>}
        </p>
        <p className="sub">{facts(it).join(' · ')}</p>
        {here && it.role === 'recognition' && (
          <p className="sub" role="status">
            {it.measuring
              ? words('models.measuring')
              : it.speed === null
                ? words('models.unmeasured')
                : words('models.speed', { speed: say.number(Math.round(it.speed)) })}
          </p>
        )}
        {it.state === 'installing' && <Arriving it={it} />}
        {it.failure && (
          <p className="why">
            <Icon of={TriangleAlert} />
            <span>{it.failure}</span>
          </p>
        )}
      </div>
      <div className="tools">
        {here && it.role === 'recognition' && (
          <Button
            busy={it.measuring}
            onClick={() => measure.mutate()}
            aria-label={words('models.measureIt', { name: it.title })}
          >
            {words('models.measure')}
          </Button>
        )}
        {it.state === 'absent' && (
          <Button
            look="line"
            busy={install.isPending}
            onClick={() => install.mutate()}
            aria-label={words('models.installIt', { name: it.title })}
          >
            {words(it.failure ? 'models.again' : 'models.install')}
          </Button>
        )}
        {(it.state === 'installing' || (it.state === 'installed' && !it.by_hand)) && (
          <Button
            look={it.state === 'installing' ? 'line' : 'danger'}
            busy={remove.isPending}
            onClick={() => remove.mutate()}
            aria-label={words(it.state === 'installing' ? 'models.stopIt' : 'models.removeIt', { name: it.title })}
          >
            {words(it.state === 'installing' ? 'models.stop' : 'models.remove')}
          </Button>
        )}
      </div>
    </li>
  )
}

const groups = [
  ['models.forText', ['recognition']],
  ['models.forMore', ['segmentation', 'embedding', 'punctuation']],
] as const

/** What the built-in engine hears with: what is here, how large, how fast, and what could be fetched. */
export function Models() {
  const words = useWords(settingsMessages)
  const list = useQuery({
    queryKey,
    queryFn: ({ signal }) => call(listModels, { signal }),
    refetchInterval: ({ state }) =>
      state.data?.items.some((it) => it.state === 'installing' || it.measuring) ? 1000 : false,
  })
  if (!list.data)
    return (
      <Section title={words('part.models')} lead={words('models.lead')}>
        {list.isError ? <FailedPart failure={list.error} retry={() => void list.refetch()} /> : <Skeleton lines={5} />}
      </Section>
    )
  const here = (it: Model) => it.state !== 'absent'
  return groups.map(([title, roles], at) => {
    const all = list.data.items.filter((it) => (roles as readonly string[]).includes(it.role))
    return (
      <Section key={title} title={words(title)} lead={at === 0 ? words('models.lead') : words('models.moreLead')}>
        <ul>
          {[...all.filter(here), ...all.filter((it) => !here(it))].map((it) => (
            <ModelRow key={it.name} it={it} />
          ))}
        </ul>
      </Section>
    )
  })
}
