import { listDeliveries, retryDelivery, webhookEvents } from '@mina/contract'
import { useMutation, useQuery } from '@tanstack/react-query'
import { call } from '../../api/call.ts'
import { useFailureText } from '../../api/failure.ts'
import { queries } from '../../app/session.ts'
import { useFormats, useWords } from '../../i18n/index.ts'
import { Button } from '../../ui/button.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { Badge, FailedPart } from '../../ui/states.tsx'
import { toast } from '../../ui/toast.ts'
import { settingsMessages } from './messages/index.ts'

const kinds = { pending: 'warn', delivered: 'good', failed: 'warn' } as const

/** What was sent to one address, and what came back. */
export function Deliveries({ hook }: { hook: string }) {
  const words = useWords(settingsMessages)
  const say = useFormats()
  const failure = useFailureText()
  const called = (event: string) => {
    const known = webhookEvents.find((one) => one === event)
    return known ? words(`hook.${known}`) : event === 'test' ? words('hooks.trial') : event
  }
  const queryKey = ['settings', 'deliveries', hook]
  const list = useQuery({
    queryKey,
    queryFn: ({ signal }) => call(listDeliveries, { params: { id: hook }, query: { limit: 20 }, signal }),
    refetchInterval: ({ state }) => (state.data?.deliveries.some((it) => it.status === 'pending') ? 2000 : false),
  })
  const again = useMutation({
    mutationFn: (delivery_id: string) => call(retryDelivery, { params: { id: hook, delivery_id } }),
    onError: (it) => toast({ text: failure(it), kind: 'warn' }),
    onSettled: () => queries.invalidateQueries({ queryKey }),
  })
  if (list.isPending) return <Skeleton />
  if (list.isError) return <FailedPart failure={list.error} retry={() => void list.refetch()} />
  if (!list.data.deliveries.length) return <p className="muted small">{words('hooks.noCalls')}</p>
  return (
    <table className="deliveries">
      <caption className="vh">{words('hooks.calls')}</caption>
      <tbody>
        {list.data.deliveries.map((it) => (
          <tr key={it.id}>
            <td>
              {called(it.event)}
              <span className="sub">
                {say.ago(it.created_at)}, {words('hooks.attempts', { count: it.attempts })}
              </span>
            </td>
            <td>
              <Badge kind={kinds[it.status]}>
                {words(it.status === 'pending' && it.attempts > 0 ? 'delivery.again' : `delivery.${it.status}`)}
              </Badge>
              <span className="sub">{it.response_status ?? it.error ?? ''}</span>
            </td>
            <td>
              {it.status === 'failed' && <Button onClick={() => again.mutate(it.id)}>{words('hooks.again')}</Button>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
