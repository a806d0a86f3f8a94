import { changeEmail, resendVerification, updateMe } from '@mina/contract'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { call } from '../../api/call.ts'
import { isApiError, useFailureText } from '../../api/failure.ts'
import { userChanged, useUser } from '../../app/session.ts'
import { useWords } from '../../i18n/index.ts'
import { shell } from '../../i18n/shell/index.ts'
import { Button } from '../../ui/button.tsx'
import { PasswordField, Select, Switch, TextField } from '../../ui/field.tsx'
import { toast } from '../../ui/toast.ts'
import { settingsMessages } from './messages/index.ts'
import { Section } from './section.tsx'

type Change = Parameters<typeof call<typeof updateMe>>[1]['body']

/** Writes one thing of the account at once; says so. */
export function useAccountChange() {
  const words = useWords(settingsMessages)
  const say = useFailureText()
  return useMutation({
    mutationFn: (body: Change) => call(updateMe, { body }),
    onSuccess: ({ user }) => {
      userChanged(user)
      toast({ text: words('saved'), name: 'settings' })
    },
    onError: (failure) => toast({ text: say(failure), kind: 'warn' }),
  })
}

const zones = () => {
  try {
    return Intl.supportedValuesOf('timeZone')
  } catch {
    return []
  }
}

function Email() {
  const words = useWords(settingsMessages)
  const say = useFailureText()
  const user = useUser()
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const tell = ({ mail }: { mail: 'smtp' | 'outbox' }, to: string) => {
    toast({ text: words('email.sent', { email: to }) })
    if (mail === 'outbox') toast({ text: words('email.outbox'), stays: true })
  }
  const again = useMutation({
    mutationFn: () => call(resendVerification),
    onSuccess: (it) => tell(it, user?.email ?? ''),
    onError: (failure) => toast({ text: say(failure), kind: 'warn' }),
  })
  const change = useMutation({
    mutationFn: () => call(changeEmail, { body: { email, password } }),
    onSuccess: (it) => {
      tell(it, email)
      setEmail('')
      setPassword('')
    },
  })
  const wrong = isApiError(change.error, 'unauthorized')
  const exists = isApiError(change.error, 'exists')
  return (
    <Section
      title={words('email.title')}
      lead={
        <>
          {words('email.lead', { email: user?.email ?? '' })}{' '}
          {user && !user.email_verified && words('email.unverified')}
        </>
      }
      action={
        user &&
        !user.email_verified && (
          <Button look="line" busy={again.isPending} onClick={() => again.mutate()}>
            {words('email.verify')}
          </Button>
        )
      }
    >
      <form
        className="form"
        onSubmit={(event: FormEvent) => {
          event.preventDefault()
          change.mutate()
        }}
      >
        <TextField
          label={words('email.new')}
          type="email"
          dir="ltr"
          autoComplete="email"
          required
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
          error={exists ? words('email.exists') : change.error && !wrong ? say(change.error) : undefined}
        />
        <PasswordField
          label={words('email.password')}
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          error={wrong ? words('password.wrong') : undefined}
        />
        <Button look="line" type="submit" busy={change.isPending} disabled={!email || !password}>
          {words('email.go')}
        </Button>
      </form>
    </Section>
  )
}

export function Profile() {
  const words = useWords(settingsMessages)
  const shared = useWords(shell)
  const user = useUser()
  const change = useAccountChange()
  const [name, setName] = useState(user?.name ?? '')
  if (!user) return null
  const known = zones()
  return (
    <>
      <Section title={words('part.profile')} lead={words('profile.lead')}>
        <form
          className="form"
          onSubmit={(event: FormEvent) => {
            event.preventDefault()
            change.mutate({ name: name.trim() || null })
          }}
        >
          <TextField
            label={words('profile.name')}
            autoComplete="name"
            maxLength={120}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Button look="line" type="submit" busy={change.isPending} disabled={name.trim() === (user.name ?? '')}>
            {shared('save')}
          </Button>
          <Select
            label={words('profile.tz')}
            hint={words('profile.tzHint')}
            value={user.tz}
            onChange={(event) => change.mutate({ tz: event.currentTarget.value })}
          >
            {(known.includes(user.tz) ? known : [user.tz, ...known]).map((it) => (
              <option key={it} value={it}>
                {it.replaceAll('_', ' ')}
              </option>
            ))}
          </Select>
          <Switch
            label={words('profile.notify')}
            hint={words('profile.notifyHint')}
            checked={user.settings.notify_long_files}
            onChange={(on) => change.mutate({ settings: { notify_long_files: on } })}
          />
        </form>
      </Section>
      <Email />
    </>
  )
}
