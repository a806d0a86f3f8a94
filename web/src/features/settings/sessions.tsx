import { endSession, listSessions } from '@mina/contract'
import { useMutation, useQuery } from '@tanstack/react-query'
import { call } from '../../api/call.ts'
import { useFailureText } from '../../api/failure.ts'
import { queries } from '../../app/session.ts'
import { useFormats, useWords } from '../../i18n/index.ts'
import { Button } from '../../ui/button.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { FailedPart } from '../../ui/states.tsx'
import { toast } from '../../ui/toast.ts'
import { device } from './device.ts'
import { settingsMessages } from './messages/index.ts'
import { Section } from './section.tsx'

const queryKey = ['settings', 'sessions']

export function Sessions() {
  const words = useWords(settingsMessages)
  const say = useFormats()
  const failure = useFailureText()
  const list = useQuery({ queryKey, queryFn: ({ signal }) => call(listSessions, { signal }) })
  const end = useMutation({
    mutationFn: (ids: string[]) => Promise.all(ids.map((id) => call(endSession, { params: { id } }))),
    onSuccess: () => toast(words('sessions.ended')),
    onError: (it) => toast({ text: failure(it), kind: 'warn' }),
    onSettled: () => queries.invalidateQueries({ queryKey }),
  })
  const items = list.data?.items ?? []
  const others = items.filter((it) => !it.current).map((it) => it.id)
  const named = (it: (typeof items)[number]) => {
    if (it.kind === 'token') return words('sessions.token')
    const { browser, system } = device(it.user_agent ?? '')
    return browser && system ? words('sessions.on', { browser, system }) : browser || words('sessions.unknown')
  }
  return (
    <Section
      title={words('part.sessions')}
      lead={words('sessions.lead')}
      action={
        others.length > 0 && (
          <Button look="line" busy={end.isPending} onClick={() => end.mutate(others)}>
            {words('sessions.others')}
          </Button>
        )
      }
    >
      {list.isPending && <Skeleton />}
      {list.isError && <FailedPart failure={list.error} retry={() => void list.refetch()} />}
      {items.length > 0 && (
        <table>
          <thead className="vh">
            <tr>
              <th scope="col">{words('col.device')}</th>
              <th scope="col">{words('col.where')}</th>
              <th scope="col">{words('col.seen')}</th>
              <th scope="col">{words('col.actions')}</th>
            </tr>
          </thead>
          <tbody>
            {items.map((it) => (
              <tr key={it.id}>
                <td>
                  {named(it)}
                  <span className="sub">{words('sessions.since', { date: say.date(it.created_at) })}</span>
                </td>
                <td className="hide-phone muted">{it.ip}</td>
                <td>
                  {it.current ? <span className="good">{words('sessions.this')}</span> : say.ago(it.last_seen_at)}
                </td>
                <td>{!it.current && <Button onClick={() => end.mutate([it.id])}>{words('sessions.end')}</Button>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  )
}
