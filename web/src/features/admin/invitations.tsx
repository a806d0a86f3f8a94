import { listInvitations, revokeInvitation } from '@mina/contract'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Mail } from 'lucide-react'
import { call } from '../../api/call.ts'
import { useFailureText } from '../../api/failure.ts'
import { queries } from '../../app/session.ts'
import { useFormats, useWords } from '../../i18n/index.ts'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Badge, FailedPart } from '../../ui/states.tsx'
import { toast } from '../../ui/toast.ts'
import { adminMessages } from './messages/index.ts'

export const invitationsKey = ['admin', 'invitations']

type Invitation = Awaited<ReturnType<typeof call<typeof listInvitations>>>['items'][number]

function OpenInvitation({ it }: { it: Invitation }) {
  const words = useWords(adminMessages)
  const say = useFormats()
  const failure = useFailureText()
  const revoke = useMutation({
    mutationFn: () => call(revokeInvitation, { params: { id: it.id } }),
    onSuccess: () => toast(words('invitations.revoked', { email: it.email })),
    onError: (one) => toast({ text: failure(one), kind: 'warn' }),
    onSettled: () => queries.invalidateQueries({ queryKey: invitationsKey }),
  })
  return (
    <li className="person">
      <span className="letter">
        <Icon of={Mail} />
      </span>
      <div className="grow">
        <p className="name" dir="auto">
          {it.email} {it.role === 'admin' && <Badge>{words('role.admin')}</Badge>}
        </p>
        <p className="sub">
          {words('invitations.times', { sent: say.date(it.created_at), until: say.date(it.expires_at) })}
        </p>
      </div>
      <Button
        look="danger"
        busy={revoke.isPending}
        aria-label={words('invitations.revokeIt', { email: it.email })}
        onClick={() => revoke.mutate()}
      >
        {words('invitations.revoke')}
      </Button>
    </li>
  )
}

/** Who was invited and has not come yet. Nothing to see where there is nobody. */
export function Invitations() {
  const words = useWords(adminMessages)
  const { data, error, refetch } = useQuery({
    queryKey: invitationsKey,
    queryFn: ({ signal }) => call(listInvitations, { signal }),
  })
  if (error) return <FailedPart failure={error} retry={() => void refetch()} />
  if (!data?.items.length) return null
  return (
    <section className="invitations" aria-labelledby="invitations">
      <h2 id="invitations">{words('invitations.title')}</h2>
      <ul>
        {data.items.map((it) => (
          <OpenInvitation key={it.id} it={it} />
        ))}
      </ul>
    </section>
  )
}
