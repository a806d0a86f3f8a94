import { invite } from '@mina/contract'
import { useMutation } from '@tanstack/react-query'
import { CircleCheck } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { call } from '../../api/call.ts'
import { isApiError, useFailureText } from '../../api/failure.ts'
import { queries } from '../../app/session.ts'
import { useFormats, useWords } from '../../i18n/index.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Select, TextField } from '../../ui/field.tsx'
import { Told } from '../../ui/states.tsx'
import { toast } from '../../ui/toast.ts'
import { settingsMessages } from '../settings/messages/index.ts'
import { invitationsKey } from './invitations.tsx'
import { adminMessages } from './messages/index.ts'

export function Invite({ close }: { close: () => void }) {
  const words = useWords(adminMessages)
  const shared = useWords(settingsMessages)
  const say = useFormats()
  const failure = useFailureText()
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<'user' | 'admin'>('user')
  const sending = useMutation({
    mutationFn: () => call(invite, { body: { email, role } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: invitationsKey }),
  })
  const sent = sending.data
  const problem = isApiError(sending.error, 'exists') ? words('invite.exists') : sending.error && failure(sending.error)
  return (
    <Dialog
      open
      onClose={close}
      title={words('users.invite')}
      foot={
        sent ? (
          <>
            <Button
              look="line"
              onClick={() => void navigator.clipboard.writeText(sent.url).then(() => toast(shared('copied')))}
            >
              {shared('copy')}
            </Button>
            <Button look="go" onClick={close}>
              {shared('done')}
            </Button>
          </>
        ) : (
          <Button look="go" type="submit" form="invite" busy={sending.isPending} disabled={!email}>
            {words('invite.go')}
          </Button>
        )
      }
    >
      {sent ? (
        <div className="grid gap-4">
          <Told icon={CircleCheck} kind="good">
            {words(sent.mail === 'smtp' ? 'invite.sent' : 'invite.outbox')}{' '}
            {words('invite.until', { date: say.date(sent.expires_at) })}
          </Told>
          <code className="invitation" dir="ltr">
            {sent.url}
          </code>
        </div>
      ) : (
        <form
          id="invite"
          className="grid gap-4"
          onSubmit={(event: FormEvent) => {
            event.preventDefault()
            sending.mutate()
          }}
        >
          <TextField
            label={words('invite.email')}
            type="email"
            dir="ltr"
            autoFocus
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
            error={problem || undefined}
          />
          <Select
            label={words('invite.role')}
            value={role}
            onChange={(event) => setRole(event.currentTarget.value === 'admin' ? 'admin' : 'user')}
          >
            <option value="user">{words('role.user')}</option>
            <option value="admin">{words('role.admin')}</option>
          </Select>
        </form>
      )}
    </Dialog>
  )
}
