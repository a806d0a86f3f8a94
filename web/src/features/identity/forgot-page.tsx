import { requestPasswordReset } from '@mina/contract'
import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { FolderOpen, MailCheck } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { call } from '../../api/call.ts'
import { useFailureText } from '../../api/failure.ts'
import { Main } from '../../app/main-area.tsx'
import { useWords } from '../../i18n/index.ts'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { Told } from '../../ui/states.tsx'
import { useChecking } from './checking.ts'
import { identityMessages } from './messages/index.ts'
import { looksLikeEmail } from './strength.ts'

export function ForgotPage() {
  const words = useWords(identityMessages)
  const sayFailure = useFailureText()
  const [email, setEmail] = useState('')
  const { form, checked, check } = useChecking()
  const asking = useMutation({ mutationFn: () => call(requestPasswordReset, { body: { email } }) })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    check()
    if (looksLikeEmail(email)) asking.mutate()
  }
  const problem =
    checked && !looksLikeEmail(email) ? words('field.email') : asking.error ? sayFailure(asking.error) : undefined
  return (
    <Main title={words('forgot.title')} className="">
      <h1>{words('forgot.title')}</h1>
      <p>{words('forgot.lead')}</p>
      <div role="status">
        {asking.data && (
          <div className="grid gap-3">
            <Told icon={MailCheck} kind="good">
              {words(asking.data.mail === 'outbox' ? 'forgot.made' : 'forgot.sent', { email: email.trim() })}
            </Told>
            {asking.data.mail === 'outbox' && <Told icon={FolderOpen}>{words('forgot.outbox')}</Told>}
          </div>
        )}
      </div>
      {!asking.data && (
        <form ref={form} onSubmit={submit} noValidate>
          <TextField
            label={words('in.email')}
            type="email"
            autoComplete="username"
            dir="ltr"
            value={email}
            onChange={(event) => setEmail(event.target.value)}
            error={problem}
            required
          />
          <Button look="go" big type="submit" busy={asking.isPending}>
            {words('forgot.go')}
          </Button>
        </form>
      )}
      <p className="or">
        <Link to="/login" className="near">
          {words('forgot.back')}
        </Link>
      </p>
    </Main>
  )
}
