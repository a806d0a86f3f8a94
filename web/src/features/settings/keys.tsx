import { type ApiKey, createKey, listKeys, renewKey, revokeKey } from '@mina/contract'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { call } from '../../api/call.ts'
import { useFailureText } from '../../api/failure.ts'
import { queries } from '../../app/session.ts'
import { useFormats, useWords } from '../../i18n/index.ts'
import { shell } from '../../i18n/shell/index.ts'
import { Button } from '../../ui/button.tsx'
import { Select, TextField } from '../../ui/field.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { FailedPart } from '../../ui/states.tsx'
import { toast } from '../../ui/toast.ts'
import { settingsMessages } from './messages/index.ts'
import { Once, Section, Sure } from './section.tsx'

const queryKey = ['settings', 'keys']
const refresh = () => queries.invalidateQueries({ queryKey })
const terms = [30, 90, 365, 1095]

function NewKey({ made, cancel }: { made: (it: { name: string; secret: string }) => void; cancel: () => void }) {
  const words = useWords(settingsMessages)
  const shared = useWords(shell)
  const say = useFailureText()
  const [name, setName] = useState('')
  const [days, setDays] = useState(365)
  const make = useMutation({
    mutationFn: () => call(createKey, { body: { name: name.trim(), expires_in_days: days } }),
    onSuccess: ({ key, api_key }) => made({ name: key.name, secret: api_key }),
    onSettled: refresh,
  })
  return (
    <form
      className="form inset"
      onSubmit={(event: FormEvent) => {
        event.preventDefault()
        if (name.trim()) make.mutate()
      }}
    >
      <TextField
        label={words('keys.name')}
        placeholder={words('keys.nameExample')}
        maxLength={120}
        autoFocus
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={make.error ? say(make.error) : undefined}
      />
      <Select label={words('keys.days')} value={days} onChange={(event) => setDays(Number(event.currentTarget.value))}>
        {terms.map((it) => (
          <option key={it} value={it}>
            {words('keys.daysCount', { count: it })}
          </option>
        ))}
      </Select>
      <div className="row">
        <Button look="go" type="submit" busy={make.isPending} disabled={!name.trim()}>
          {words('keys.make')}
        </Button>
        <Button look="line" onClick={cancel}>
          {shared('cancel')}
        </Button>
      </div>
    </form>
  )
}

function KeyRow({ it, revoke }: { it: ApiKey; revoke: () => void }) {
  const words = useWords(settingsMessages)
  const say = useFormats()
  const failure = useFailureText()
  const renew = useMutation({
    mutationFn: () => call(renewKey, { params: { id: it.id } }),
    onSuccess: ({ key }) => key.expires_at && toast(words('keys.renewed', { date: say.date(key.expires_at) })),
    onError: (one) => toast({ text: failure(one), kind: 'warn' }),
    onSettled: refresh,
  })
  return (
    <tr>
      <td>
        <span dir="auto">{it.name}</span>
        <span className="sub">
          {words('keys.made', { date: say.date(it.created_at) })}
          {it.expires_at && `, ${words('keys.ends', { date: say.date(it.expires_at) })}`}
        </span>
      </td>
      <td className="hide-phone">
        <code>{it.prefix}…</code>
      </td>
      <td>{it.last_used ? say.ago(it.last_used) : words('keys.never')}</td>
      <td>
        <Button busy={renew.isPending} onClick={() => renew.mutate()}>
          {words('keys.renew')}
        </Button>
        <Button look="danger" onClick={revoke}>
          {words('keys.revoke')}
        </Button>
      </td>
    </tr>
  )
}

const example = (key: string) => `curl ${location.origin}/v1/audio/transcriptions \\
  -H "Authorization: Bearer ${key}" \\
  -F model=whisper-1 -F file=@talk.mp3`

export function Keys() {
  const words = useWords(settingsMessages)
  const failure = useFailureText()
  const list = useQuery({ queryKey, queryFn: ({ signal }) => call(listKeys, { signal }) })
  const [making, setMaking] = useState(false)
  const [fresh, setFresh] = useState<{ name: string; secret: string }>()
  const [going, setGoing] = useState<ApiKey>()
  const revoke = useMutation({
    mutationFn: (id: string) => call(revokeKey, { params: { id } }),
    onSuccess: () => setGoing(undefined),
    onError: (it) => toast({ text: failure(it), kind: 'warn' }),
    onSettled: refresh,
  })
  const items = list.data?.items.filter((it) => it.is_active) ?? []
  return (
    <>
      <Section
        title={words('part.keys')}
        lead={words('keys.lead')}
        action={
          !making && (
            <Button look="line" icon={Plus} onClick={() => setMaking(true)}>
              {words('keys.new')}
            </Button>
          )
        }
      >
        {making && (
          <NewKey
            cancel={() => setMaking(false)}
            made={(it) => {
              setFresh(it)
              setMaking(false)
            }}
          />
        )}
        {fresh && (
          <Once
            title={words('keys.once', { name: fresh.name })}
            text={words('keys.onceText')}
            secret={fresh.secret}
            done={() => setFresh(undefined)}
          />
        )}
        {list.isPending && <Skeleton />}
        {list.isError && <FailedPart failure={list.error} retry={() => void list.refetch()} />}
        {list.data && !items.length && <p className="muted">{words('keys.none')}</p>}
        {items.length > 0 && (
          <table>
            <thead>
              <tr>
                <th scope="col">{words('col.name')}</th>
                <th scope="col" className="hide-phone">
                  {words('col.key')}
                </th>
                <th scope="col">{words('col.used')}</th>
                <th scope="col">
                  <span className="vh">{words('col.actions')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {items.map((it) => (
                <KeyRow key={it.id} it={it} revoke={() => setGoing(it)} />
              ))}
            </tbody>
          </table>
        )}
      </Section>
      <section className="sect">
        <p className="muted">{words('keys.try')}</p>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it may scroll sideways, and must do so by keyboard too */}
        <pre className="example" dir="ltr" tabIndex={0}>
          <code>{example(fresh?.secret ?? words('keys.yours'))}</code>
        </pre>
      </section>
      {going && (
        <Sure
          title={words('keys.revokeAsk', { name: going.name })}
          text={words('keys.revokeText')}
          go={words('keys.revoke')}
          busy={revoke.isPending}
          onGo={() => revoke.mutate(going.id)}
          onClose={() => setGoing(undefined)}
        />
      )}
    </>
  )
}
