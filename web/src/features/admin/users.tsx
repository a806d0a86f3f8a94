import { hueOf, listUsers, updateUser } from '@mina/contract'
import { useInfiniteQuery, useMutation } from '@tanstack/react-query'
import { UserPlus } from 'lucide-react'
import { useState } from 'react'
import { call } from '../../api/call.ts'
import { useFailureText } from '../../api/failure.ts'
import { queries, useUser } from '../../app/session.ts'
import { useFormats, useWords } from '../../i18n/index.ts'
import { shell } from '../../i18n/shell/index.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { Button } from '../../ui/button.tsx'
import { Select, TextField } from '../../ui/field.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { Badge, FailedPart } from '../../ui/states.tsx'
import { toast } from '../../ui/toast.ts'
import { Invitations } from './invitations.tsx'
import { Invite } from './invite.tsx'
import { adminMessages } from './messages/index.ts'

const key = ['admin', 'users']
type Person = Awaited<ReturnType<typeof call<typeof listUsers>>>['items'][number]
type Change = Partial<Pick<Person, 'plan' | 'role' | 'is_active'>>
const plans = ['free', 'pro', 'enterprise'] as const
const roles = ['user', 'admin'] as const

function PersonRow({ it, at }: { it: Person; at: number }) {
  const words = useWords(adminMessages)
  const shared = useWords(shell)
  const say = useFormats()
  const failure = useFailureText()
  const me = useUser()
  const name = it.name || it.email
  const change = useMutation({
    mutationFn: (body: Change) => call(updateUser, { params: { id: it.id }, body }),
    onSuccess: (_, body) => {
      if (body.is_active !== false) return
      toast({
        text: words('users.turnedOff', { name }),
        action: { label: shared('undo'), run: () => change.mutate({ is_active: true }) },
      })
    },
    onError: (one) => toast({ text: failure(one), kind: 'warn' }),
    onSettled: () => queries.invalidateQueries({ queryKey: key }),
  })
  const mine = me?.id === it.id
  const shown = { ...it, ...(change.isPending ? change.variables : {}) }
  return (
    <li className={shown.is_active ? 'person' : 'person off'}>
      <Avatar name={name} hue={hueOf(at)} />
      <div className="grow">
        <p className="name" dir="auto">
          {name} {mine && <Badge>{words('users.you')}</Badge>}
          {!shown.is_active && <Badge kind="warn">{words('users.off')}</Badge>}
        </p>
        <p className="sub" dir="auto">
          {it.name && `${it.email} · `}
          {words('users.holds', { count: it.conversations, size: say.size(it.storage_bytes) })}
        </p>
      </div>
      <div className="set-it">
        <Select
          label={words('users.plan', { name })}
          hideLabel
          value={shown.plan}
          onChange={(event) =>
            change.mutate({ plan: plans.find((one) => one === event.currentTarget.value) ?? 'free' })
          }
        >
          {plans.map((one) => (
            <option key={one} value={one}>
              {words(`plan.${one}`)}
            </option>
          ))}
        </Select>
        <Select
          label={words('users.role', { name })}
          hideLabel
          disabled={mine}
          value={shown.role}
          onChange={(event) =>
            change.mutate({ role: roles.find((one) => one === event.currentTarget.value) ?? 'user' })
          }
        >
          {roles.map((one) => (
            <option key={one} value={one}>
              {words(`role.${one}`)}
            </option>
          ))}
        </Select>
        <Button
          look={shown.is_active ? 'quiet' : 'line'}
          disabled={mine}
          onClick={() => change.mutate({ is_active: !shown.is_active })}
        >
          {words(shown.is_active ? 'users.turnOff' : 'users.turnOn')}
        </Button>
      </div>
    </li>
  )
}

export function Users() {
  const words = useWords(adminMessages)
  const [q, setQ] = useState('')
  const [inviting, setInviting] = useState(false)
  const list = useInfiniteQuery({
    queryKey: [...key, q],
    queryFn: ({ pageParam, signal }) =>
      call(listUsers, { query: { q: q.trim() || undefined, limit: 50, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    placeholderData: (before) => before,
  })
  const people = list.data?.pages.flatMap((it) => it.items) ?? []
  return (
    <>
      <div className="admin-head">
        <TextField
          label={words('users.find')}
          hideLabel
          type="search"
          placeholder={words('users.find')}
          value={q}
          onChange={(event) => setQ(event.currentTarget.value)}
        />
        <Button look="go" big icon={UserPlus} onClick={() => setInviting(true)}>
          {words('users.invite')}
        </Button>
      </div>
      {list.isPending && <SkeletonRows rows={3} />}
      {list.isError && <FailedPart failure={list.error} retry={() => void list.refetch()} />}
      {list.data && !people.length && <p className="muted">{words('users.none')}</p>}
      <ul>
        {people.map((it, at) => (
          <PersonRow key={it.id} it={it} at={at} />
        ))}
      </ul>
      {list.hasNextPage && (
        <Button look="line" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {words('users.more')}
        </Button>
      )}
      <Invitations />
      {inviting && <Invite close={() => setInviting(false)} />}
    </>
  )
}
