import {
  createWebhook,
  deleteWebhook,
  listWebhooks,
  rotateWebhook,
  testWebhook,
  updateWebhook,
  webhookEvents,
} from '@mina/contract'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { call } from '../../api/call.ts'
import { useFailureText } from '../../api/failure.ts'
import { queries } from '../../app/session.ts'
import { useWords } from '../../i18n/index.ts'
import { shell } from '../../i18n/shell/index.ts'
import { Button } from '../../ui/button.tsx'
import { Checkbox, Switch, TextField } from '../../ui/field.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { FailedPart } from '../../ui/states.tsx'
import { toast } from '../../ui/toast.ts'
import { Deliveries } from './deliveries.tsx'
import { settingsMessages } from './messages/index.ts'
import { Once, Section, Sure } from './section.tsx'

const queryKey = ['settings', 'webhooks']
const refresh = () => queries.invalidateQueries({ queryKey })
type Hook = Awaited<ReturnType<typeof call<typeof listWebhooks>>>['webhooks'][number]

function NewHook({ made, cancel }: { made: (secret: string) => void; cancel: () => void }) {
  const words = useWords(settingsMessages)
  const shared = useWords(shell)
  const say = useFailureText()
  const [url, setUrl] = useState('')
  const [chosen, choose] = useState<(typeof webhookEvents)[number][]>(['conversation.finished', 'conversation.failed'])
  const make = useMutation({
    mutationFn: () => call(createWebhook, { body: { url: url.trim(), events: chosen } }),
    onSuccess: ({ secret }) => made(secret),
    onSettled: refresh,
  })
  return (
    <form
      className="form inset"
      onSubmit={(event: FormEvent) => {
        event.preventDefault()
        make.mutate()
      }}
    >
      <TextField
        label={words('hooks.url')}
        type="url"
        dir="ltr"
        placeholder="https://example.org/mina"
        autoFocus
        value={url}
        onChange={(event) => setUrl(event.currentTarget.value)}
        error={make.error ? say(make.error) : undefined}
      />
      <fieldset>
        <legend className="legend">{words('hooks.events')}</legend>
        {webhookEvents.map((it) => (
          <Checkbox
            key={it}
            label={words(`hook.${it}`)}
            checked={chosen.includes(it)}
            onChange={(on) => choose(on ? [...chosen, it] : chosen.filter((one) => one !== it))}
          />
        ))}
      </fieldset>
      <div className="row">
        <Button look="go" type="submit" busy={make.isPending} disabled={!url.trim() || !chosen.length}>
          {words('hooks.make')}
        </Button>
        <Button look="line" onClick={cancel}>
          {shared('cancel')}
        </Button>
      </div>
    </form>
  )
}

function HookRow({ it, show, remove }: { it: Hook; show: (secret: string) => void; remove: () => void }) {
  const words = useWords(settingsMessages)
  const say = useFailureText()
  const [open, setOpen] = useState(false)
  const params = { id: it.id }
  const onError = (failure: unknown) => toast({ text: say(failure), kind: 'warn' })
  const turn = useMutation({
    mutationFn: (is_active: boolean) => call(updateWebhook, { params, body: { is_active } }),
    onError,
    onSettled: refresh,
  })
  const rotate = useMutation({
    mutationFn: () => call(rotateWebhook, { params }),
    onSuccess: ({ secret }) => show(secret),
    onError,
  })
  const test = useMutation({
    mutationFn: () => call(testWebhook, { params }),
    onSuccess: () => {
      setOpen(true)
      toast(words('hooks.tested'))
      void queries.invalidateQueries({ queryKey: ['settings', 'deliveries', it.id] })
    },
    onError,
  })
  const active = turn.isPending ? turn.variables : it.is_active
  return (
    <li className="hook">
      <Switch
        label={<code dir="ltr">{it.url}</code>}
        hint={
          it.disabled_reason
            ? words('hooks.disabled', { why: it.disabled_reason })
            : it.events.map((one) => words(`hook.${one}`)).join(', ')
        }
        checked={active}
        onChange={turn.mutate}
      />
      <p className="tools">
        <Button aria-expanded={open} onClick={() => setOpen(!open)}>
          {words('hooks.calls')}
        </Button>
        <Button busy={test.isPending} onClick={() => test.mutate()}>
          {words('hooks.test')}
        </Button>
        <Button busy={rotate.isPending} onClick={() => rotate.mutate()}>
          {words('hooks.rotate')}
        </Button>
        <Button look="danger" onClick={remove}>
          {words('hooks.remove')}
        </Button>
      </p>
      {open && <Deliveries hook={it.id} />}
    </li>
  )
}

export function Webhooks() {
  const words = useWords(settingsMessages)
  const say = useFailureText()
  const list = useQuery({ queryKey, queryFn: ({ signal }) => call(listWebhooks, { signal }) })
  const [making, setMaking] = useState(false)
  const [secret, setSecret] = useState<string>()
  const [going, setGoing] = useState<string>()
  const remove = useMutation({
    mutationFn: (id: string) => call(deleteWebhook, { params: { id } }),
    onSuccess: () => setGoing(undefined),
    onError: (failure) => toast({ text: say(failure), kind: 'warn' }),
    onSettled: refresh,
  })
  const hooks = list.data?.webhooks ?? []
  return (
    <Section
      title={words('part.webhooks')}
      lead={words('hooks.lead')}
      action={
        !making && (
          <Button look="line" icon={Plus} onClick={() => setMaking(true)}>
            {words('hooks.new')}
          </Button>
        )
      }
    >
      {making && (
        <NewHook
          cancel={() => setMaking(false)}
          made={(it) => {
            setSecret(it)
            setMaking(false)
          }}
        />
      )}
      {secret && (
        <Once
          title={words('hooks.secret')}
          text={words('hooks.secretText')}
          secret={secret}
          done={() => setSecret(undefined)}
        />
      )}
      {list.isPending && <Skeleton />}
      {list.isError && <FailedPart failure={list.error} retry={() => void list.refetch()} />}
      {list.data && !hooks.length && !making && <p className="muted">{words('hooks.none')}</p>}
      <ul>
        {hooks.map((it) => (
          <HookRow key={it.id} it={it} show={setSecret} remove={() => setGoing(it.id)} />
        ))}
      </ul>
      {going && (
        <Sure
          title={words('hooks.removeAsk')}
          text={words('hooks.removeText')}
          go={words('hooks.remove')}
          busy={remove.isPending}
          onGo={() => remove.mutate(going)}
          onClose={() => setGoing(undefined)}
        />
      )}
    </Section>
  )
}
