import { createShare, listShares, revokeShare } from '@mina/contract'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Copy, Link2 } from 'lucide-react'
import { type FormEvent, useRef, useState } from 'react'
import { call } from '../../api/call.ts'
import { useFailureText } from '../../api/failure.ts'
import { queries } from '../../app/session.ts'
import { clock, useFormats, useWords } from '../../i18n/index.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Checkbox, Select, TextField } from '../../ui/field.tsx'
import { ListRow } from '../../ui/list-row.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { FailedPart, Told } from '../../ui/states.tsx'
import { toast } from '../../ui/toast.ts'
import { shareMessages } from './messages/index.ts'
import '../../style/dialogues.css'

const day = 86_400
const terms = { day, week: 7 * day, month: 30 * day, never: null } as const
type Term = keyof typeof terms

const sharesKey = (id: string) => ['conversation', id, 'shares']

/** The new link, this once. */
function Made({ url }: { url: string }) {
  const words = useWords(shareMessages)
  const box = useRef<HTMLDivElement>(null)
  const copy = () =>
    navigator.clipboard.writeText(url).then(
      () => toast(words('copied')),
      () => {
        box.current?.querySelector('input')?.select()
        toast({ text: words('copy.failed'), kind: 'warn' })
      },
    )
  return (
    <div className="made" ref={box}>
      <TextField
        label={words('link')}
        hint={words('once')}
        readOnly
        autoFocus
        value={url}
        dir="ltr"
        onFocus={(event) => event.currentTarget.select()}
      />
      <Button look="go" big icon={Copy} onClick={() => void copy()}>
        {words('copy')}
      </Button>
    </div>
  )
}

function Links({ id }: { id: string }) {
  const words = useWords(shareMessages)
  const fail = useFailureText()
  const say = useFormats()
  const shares = useQuery({
    queryKey: sharesKey(id),
    queryFn: ({ signal }) => call(listShares, { params: { id }, signal }),
  })
  const revoke = useMutation({
    mutationFn: (sid: string) => call(revokeShare, { params: { id, sid } }),
    onSuccess: () => toast(words('revoked')),
    onError: (failure) => toast({ text: fail(failure), kind: 'warn' }),
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: sharesKey(id) })
      void queries.invalidateQueries({ queryKey: ['library'] })
    },
  })
  if (shares.isPending) return <Skeleton lines={2} />
  if (shares.isError) return <FailedPart failure={shares.error} retry={() => void shares.refetch()} />
  if (!shares.data.items.length) return null
  const until = (at: string | null) =>
    at === null
      ? words('link.never')
      : new Date(at) < new Date()
        ? words('link.expired', { date: say.date(at) })
        : words('link.until', { date: `${say.date(at)}, ${say.hour(at)}` })
  return (
    <section className="links">
      <h3>{words('links')}</h3>
      <ul>
        {shares.data.items.map((it) => (
          <li key={it.id}>
            <ListRow
              lead={until(it.expires_at)}
              sub={[
                say.date(it.created_at),
                it.can_listen && words('link.listen'),
                it.can_comment && words('link.comment'),
                it.views ? words('link.views', { count: it.views }) : words('link.unseen'),
                it.comments > 0 && words('link.comments', { count: it.comments }),
              ]
                .filter(Boolean)
                .join(' · ')}
              end={
                <Button
                  look="danger-line"
                  busy={revoke.variables === it.id && revoke.isPending}
                  onClick={() => revoke.mutate(it.id)}
                >
                  {words('revoke')}
                </Button>
              }
            />
          </li>
        ))}
      </ul>
    </section>
  )
}

export function ShareDialogue({
  id,
  title,
  from_ms,
  onClose,
}: {
  id: string
  title: string
  from_ms?: number | undefined
  onClose: () => void
}) {
  const words = useWords(shareMessages)
  const fail = useFailureText()
  const [term, setTerm] = useState<Term>('month')
  const [comment, setComment] = useState(false)
  const [listen, setListen] = useState(true)
  const make = useMutation({
    mutationFn: () =>
      call(createShare, {
        params: { id },
        body: { expires_in: terms[term], can_comment: comment, can_listen: listen },
      }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: sharesKey(id) })
      void queries.invalidateQueries({ queryKey: ['library'] })
    },
  })
  const url = make.data && (from_ms ? `${make.data.url}#t=${Math.floor(from_ms / 1000)}` : make.data.url)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    make.mutate()
  }
  return (
    <Dialog open onClose={onClose} title={words('title', { title })}>
      <div className="grid gap-4">
        {url ? (
          <Made url={url} />
        ) : (
          <form className="grid gap-3" onSubmit={submit}>
            <p className="muted">{words('text')}</p>
            {from_ms !== undefined && <Told icon={Link2}>{words('from', { time: clock(from_ms) })}</Told>}
            <Select
              label={words('expires')}
              value={term}
              onChange={(event) => setTerm(event.currentTarget.value as Term)}
            >
              {(Object.keys(terms) as Term[]).map((it) => (
                <option key={it} value={it}>
                  {words(`expires.${it}`)}
                </option>
              ))}
            </Select>
            <Checkbox label={words('listen')} checked={listen} onChange={setListen} />
            <Checkbox label={words('comment')} checked={comment} onChange={setComment} />
            <div role="alert" className="contents">
              {make.isError && <p className="problem">{fail(make.error)}</p>}
            </div>
            <Button look="go" big type="submit" busy={make.isPending} className="justify-self-start">
              {words('make')}
            </Button>
          </form>
        )}
        <Links id={id} />
      </div>
    </Dialog>
  )
}
