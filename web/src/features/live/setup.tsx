import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { CircleAlert, CircleDot, CloudOff, type LucideIcon, Mic, MonitorSpeaker, Users } from 'lucide-react'
import { type FormEvent, useEffect, useState } from 'react'
import { useEngineName } from '../../app/engine-names.ts'
import { useOnline } from '../../app/saving.ts'
import { clock, useFormats, useWords } from '../../i18n/index.ts'
import { canShareSound, type Recording, type Refusal, refusalOf, type Source } from '../../live/index.ts'
import { Button } from '../../ui/button.tsx'
import { Select, TextField } from '../../ui/field.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Told } from '../../ui/states.tsx'
import { toast } from '../../ui/toast.ts'
import { bring, interrupted, lengthOf, sendOld } from './background.ts'
import { useMicrophones } from './devices.ts'
import { languagesOf, useLine } from './engines.ts'
import { Help } from './help.tsx'
import { liveMessages } from './messages/index.ts'
import { begin, type Wish } from './session.ts'

const route = getRouteApi('/inside/live')
const sources: [Source, LucideIcon][] = [
  ['microphone', Mic],
  ['shared', MonitorSpeaker],
  ['both', Users],
]

function Sources({ chosen, choose }: { chosen: Source; choose: (it: Source) => void }) {
  const words = useWords(liveMessages)
  // Phones can not share sound: there is nothing to choose.
  if (!canShareSound()) return null
  return (
    <fieldset className="sources">
      <legend>{words('set.source')}</legend>
      {sources.map(([it, icon]) => (
        <label key={it}>
          <input type="radio" name="source" checked={chosen === it} onChange={() => choose(it)} />
          <Icon of={icon} />
          <b>{words(`source.${it}`)}</b>
          <small>{words(`source.${it}.text`)}</small>
        </label>
      ))}
    </fieldset>
  )
}

function Cut({ it, busy, goOn, done }: { it: Recording; busy: boolean; goOn: () => void; done: () => void }) {
  const words = useWords(liveMessages)
  const navigate = useNavigate()
  return (
    <Told icon={CircleAlert} kind="warn">
      <p>{words('set.cut', { time: clock(lengthOf(it)) })}</p>
      <p className="row flex-wrap mt-2">
        <Button look="line" busy={busy} onClick={goOn}>
          {words('set.goOn')}
        </Button>
        <Button
          onClick={() => {
            done()
            toast(words('bar.safe'))
            void bring(it).then((id) => {
              const open = () => void navigate({ to: '/conversation/$id', params: { id: id ?? '' } })
              if (id) toast({ text: words('bar.arrived'), action: { label: words('bar.open'), run: open } })
            })
          }}
        >
          {words('set.finish')}
        </Button>
      </p>
    </Told>
  )
}

/** Before the first word: what to record, and one button. */
export function Setup() {
  const words = useWords(liveMessages)
  const say = useFormats()
  const engineName = useEngineName()
  const online = useOnline()
  const { goOn } = route.useSearch()
  const microphones = useMicrophones()
  const line = useLine()
  const [title, setTitle] = useState('')
  const [source, setSource] = useState<Source>('microphone')
  const [language, setLanguage] = useState(() => localStorage.getItem('mina.spoken') ?? '')
  const [engine, setEngine] = useState('')
  const [refusal, setRefusal] = useState<Refusal>()
  const [busy, setBusy] = useState(false)
  const [left, setLeft] = useState<Recording>()

  useEffect(() => {
    void interrupted()
      .then(sendOld)
      .then((all) => setLeft(all.find((it) => it.id === goOn) ?? all[0]))
      .catch(() => undefined)
  }, [goOn])

  const start = async (more?: Pick<Wish, 'goOn'>) => {
    setBusy(true)
    setRefusal(undefined)
    localStorage.setItem('mina.spoken', language)
    try {
      await begin(
        {
          source,
          title,
          device: microphones.chosen || undefined,
          language: language || undefined,
          provider: engine || undefined,
          ...more,
        },
        line.take(),
      )
    } catch (failure) {
      line.giveBack()
      setRefusal(refusalOf(failure))
      setBusy(false)
    }
  }
  if (refusal) return <Help refusal={refusal} again={() => void start()} />
  if (microphones.state === 'impossible') return <Help refusal="insecure" again={() => location.reload()} />

  const engines = line.hello?.engines ?? []
  return (
    <form
      className="set-up"
      onSubmit={(event: FormEvent) => {
        event.preventDefault()
        void start()
      }}
    >
      <div>
        <h1>{words('set.title')}</h1>
        <p className="muted mt-2">{words('set.lead')}</p>
      </div>
      {left && <Cut it={left} busy={busy} goOn={() => void start({ goOn: left })} done={() => setLeft(undefined)} />}
      <Sources chosen={source} choose={setSource} />
      <div className="fields">
        {source !== 'shared' && (
          <Select
            label={words('set.device')}
            value={microphones.chosen}
            onChange={(event) => microphones.choose(event.currentTarget.value)}
          >
            <option value="">{words('set.deviceDefault')}</option>
            {microphones.named.map((it) => (
              <option key={it.id} value={it.id}>
                {it.label}
              </option>
            ))}
          </Select>
        )}
        <Select
          label={words('set.language')}
          value={language}
          onChange={(event) => setLanguage(event.currentTarget.value)}
        >
          <option value="">{words('set.languageAuto')}</option>
          {languagesOf(line.hello, engine)
            .map((tag) => [say.languageName(tag), tag] as const)
            .sort(([a], [b]) => a.localeCompare(b))
            .map(([name, tag]) => (
              <option key={tag} value={tag}>
                {name}
              </option>
            ))}
        </Select>
        {engines.length > 1 && (
          <Select label={words('set.engine')} value={engine} onChange={(event) => setEngine(event.currentTarget.value)}>
            <option value="">{words('set.engineAuto')}</option>
            {engines.map((it) => (
              <option key={it.name} value={it.name}>
                {engineName(it.name)}
              </option>
            ))}
          </Select>
        )}
        <TextField
          label={words('set.name')}
          hint={words('set.nameHint')}
          maxLength={255}
          value={title}
          onChange={(event) => setTitle(event.currentTarget.value)}
        />
      </div>
      {line.hello?.full && <Told icon={CircleAlert}>{words('set.full')}</Told>}
      {!online && <Told icon={CloudOff}>{words('set.offline')}</Told>}
      <Button look="go" big icon={CircleDot} type="submit" busy={busy} className="begin">
        {words('set.go')}
      </Button>
    </form>
  )
}
