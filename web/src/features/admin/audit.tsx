import { listAudit } from '@mina/contract'
import { useInfiniteQuery } from '@tanstack/react-query'
import { call } from '../../api/call.ts'
import { useFormats, useWords } from '../../i18n/index.ts'
import { Button } from '../../ui/button.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { FailedPart } from '../../ui/states.tsx'
import { adminMessages } from './messages/index.ts'

const actions = [
  'login',
  'login_failed',
  'logout',
  'register',
  'token_reuse',
  'password_change',
  'password_reset',
  'email_change',
  'identity_link',
  'invite',
  'invite_revoke',
  'key_create',
  'key_revoke',
  'sessions_end',
  'share_create',
  'share_revoke',
  'share_view',
  'export',
  'download',
  'delete',
  'account_export',
  'account_delete',
  'admin_change',
  'denied',
] as const

const shown = (details: Record<string, unknown>) =>
  Object.entries(details)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ')

export function Audit() {
  const words = useWords(adminMessages)
  const say = useFormats()
  const called = (name: string) => {
    const known = actions.find((it) => it === name)
    return known ? words(`audit.${known}`) : name
  }
  const nobody = ({ actor_id }: { actor_id: string | null }) => words(actor_id ? 'audit.gone' : 'audit.nobody')
  const list = useInfiniteQuery({
    queryKey: ['admin', 'audit'],
    queryFn: ({ pageParam, signal }) => call(listAudit, { query: { limit: 50, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
  })
  const rows = list.data?.pages.flatMap((it) => it.items) ?? []
  return (
    <>
      <p className="muted">{words('audit.lead')}</p>
      {list.isPending && <SkeletonRows rows={5} />}
      {list.isError && <FailedPart failure={list.error} retry={() => void list.refetch()} />}
      {rows.length > 0 && (
        <table className="audit">
          <thead>
            <tr>
              <th scope="col">{words('audit.when')}</th>
              <th scope="col">{words('audit.who')}</th>
              <th scope="col">{words('audit.what')}</th>
              <th scope="col">{words('audit.from')}</th>
              <th scope="col">{words('audit.details')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((it) => (
              <tr key={it.id}>
                <td className="num">
                  <time dateTime={it.at}>
                    {say.date(it.at)}, {say.hour(it.at)}
                  </time>
                </td>
                <td dir="auto">{it.actor ?? <span className="muted">{nobody(it)}</span>}</td>
                <td>
                  {called(it.action)}
                  {it.subject && it.subject !== it.actor && (
                    <span className="muted">{` ${words('audit.to', { subject: it.subject })}`}</span>
                  )}
                </td>
                <td className="num muted">{it.ip}</td>
                <td className="muted small">{shown(it.details)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {list.hasNextPage && (
        <Button look="line" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {words('users.more')}
        </Button>
      )}
    </>
  )
}
