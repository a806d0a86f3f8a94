import { register } from '@mina/contract'
import { useMutation } from '@tanstack/react-query'
import { getRouteApi, Link, useRouter } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { call } from '../../api/call.ts'
import { fieldProblems, isApiError, useFailureText } from '../../api/failure.ts'
import { Main } from '../../app/main-area.tsx'
import { userChanged } from '../../app/session.ts'
import { useLanguage, useWords } from '../../i18n/index.ts'
import { Button } from '../../ui/button.tsx'
import { Problem, TextField } from '../../ui/field.tsx'
import { toast } from '../../ui/toast.ts'
import { useChecking } from './checking.ts'
import { identityMessages } from './messages/index.ts'
import { NewPassword } from './new-password.tsx'
import { safeNext } from './next.ts'
import { looksLikeEmail, missing } from './strength.ts'

const route = getRouteApi('/outside/register')

export function RegisterPage() {
  const words = useWords(identityMessages)
  const sayFailure = useFailureText()
  const router = useRouter()
  const language = useLanguage()
  const { next, invitation: given } = route.useSearch()
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [invitation, setInvitation] = useState(given ?? '')
  const { form, checked, check } = useChecking()

  const entry = useMutation({
    mutationFn: () =>
      call(register, {
        body: {
          email,
          password,
          name: name.trim() || undefined,
          tz: Intl.DateTimeFormat().resolvedOptions().timeZone,
          invitation: invitation.trim() || undefined,
        },
      }),
    onSuccess: ({ user, mail }) => {
      userChanged(user)
      // The short guide, which tells of the mail; who wanted to go somewhere goes there instead.
      if (!next) return router.history.push(`/welcome?mail=${mail}`)
      if (!user.email_verified) toast(words(`up.mail.${mail}`, { email: user.email }))
      router.history.push(safeNext(next))
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    check()
    if (looksLikeEmail(email) && !missing(password)) entry.mutate()
  }
  const problems = fieldProblems(entry.error)
  const closed = isApiError(entry.error, 'registration_closed')
  const exists = isApiError(entry.error, 'exists')
  const emailProblem = exists ? (
    <>
      {words('up.exists')}
      <Link to="/login" search={{ next }}>
        {words('up.existsLink')}
      </Link>
      .
    </>
  ) : (
    (checked && !looksLikeEmail(email) && words('field.email')) || problems.email
  )
  const known = exists || closed || Object.keys(problems).length > 0
  return (
    <Main title={words('up.title')} className="">
      <h1>{words('up.title')}</h1>
      <p>{words('up.lead')}</p>
      <form ref={form} onSubmit={submit} noValidate>
        <TextField
          label={words('up.name')}
          hint={words('up.nameHint')}
          autoComplete="name"
          maxLength={120}
          value={name}
          onChange={(event) => setName(event.target.value)}
          error={problems.name}
        />
        <TextField
          label={words('in.email')}
          type="email"
          autoComplete="username"
          dir="ltr"
          value={email}
          onChange={(event) => {
            setEmail(event.target.value)
            if (exists) entry.reset()
          }}
          error={emailProblem || undefined}
          required
        />
        <NewPassword
          label={words('in.password')}
          value={password}
          onChange={setPassword}
          checked={checked}
          error={problems.password}
        />
        {(given || closed) && (
          <TextField
            label={words('up.invitation')}
            hint={words('up.invitationHint')}
            dir="ltr"
            autoComplete="off"
            value={invitation}
            onChange={(event) => setInvitation(event.target.value)}
            error={closed ? words('up.closed') : undefined}
          />
        )}
        <div role="alert" className="contents">
          {entry.error && !known && <Problem>{problemOf(entry.error, sayFailure)}</Problem>}
        </div>
        <Button look="go" big type="submit" busy={entry.isPending}>
          {words('up.go')}
        </Button>
        <p className="small muted">
          {words('up.agree')} <a href={`/terms?lang=${language}`}>{words('up.terms')}</a> {words('up.and')}{' '}
          <a href={`/privacy?lang=${language}`}>{words('up.privacy')}</a>.
        </p>
      </form>
      <p className="or">
        {words('up.have')}{' '}
        <Link to="/login" search={{ next }} className="near">
          {words('in.go')}
        </Link>
      </p>
    </Main>
  )
}

/** A refused password comes with the server's own sentence, which says what is missing. */
const problemOf = (failure: unknown, say: (it: unknown) => string) =>
  isApiError(failure, 'bad_request') && failure.message ? failure.message : say(failure)
