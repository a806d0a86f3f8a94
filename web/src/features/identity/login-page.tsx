import { useMutation } from '@tanstack/react-query'
import { getRouteApi, Link, useRouter } from '@tanstack/react-router'
import { CircleCheck } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { type ApiError, isApiError, useFailureText } from '../../api/failure.ts'
import { Main } from '../../app/main-area.tsx'
import { signIn } from '../../app/session.ts'
import { useFormats, useWords } from '../../i18n/index.ts'
import { Button } from '../../ui/button.tsx'
import { PasswordField, TextField } from '../../ui/field.tsx'
import { Told } from '../../ui/states.tsx'
import { useChecking } from './checking.ts'
import { identityMessages } from './messages/index.ts'
import { safeNext } from './next.ts'
import { looksLikeEmail } from './strength.ts'

const route = getRouteApi('/outside/login')

/** How long the server asks one to wait, in milliseconds. */
const waitOf = ({ details }: ApiError) => 1000 * Number(details?.retry_after ?? 60)

export function LoginPage() {
  const words = useWords(identityMessages)
  const say = useFormats()
  const sayFailure = useFailureText()
  const router = useRouter()
  const { next, done } = route.useSearch()
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const { form, checked, check } = useChecking()
  const entry = useMutation({
    mutationFn: () => signIn(email, password),
    onSuccess: () => router.history.push(safeNext(next)),
  })
  const emailProblem = checked && !looksLikeEmail(email) ? words('field.email') : undefined
  const passwordProblem = checked && !password ? words('field.required') : undefined

  const submit = (event: FormEvent) => {
    event.preventDefault()
    check()
    if (looksLikeEmail(email) && password) entry.mutate()
  }
  const failure = isApiError(entry.error, 'unauthorized') ? (
    <>
      {words('in.wrong')}
      <Link to="/forgot">{words('in.wrongLink')}</Link>.
    </>
  ) : isApiError(entry.error, 'rate_limited') ? (
    words('in.often', { time: say.spokenTime(waitOf(entry.error)) })
  ) : (
    entry.error && sayFailure(entry.error)
  )
  return (
    <Main title={words('in.title')} className="">
      <h1>{words('in.title')}</h1>
      <p>{words(next ? 'in.leadNext' : 'in.lead')}</p>
      <form ref={form} onSubmit={submit} noValidate>
        {done && (
          <Told icon={CircleCheck} kind="good">
            {words('in.done')}
          </Told>
        )}
        <TextField
          label={words('in.email')}
          type="email"
          autoComplete="username"
          value={email}
          onChange={(event) => setEmail(event.target.value)}
          error={emailProblem}
          required
          dir="ltr"
        />
        <PasswordField
          label={words('in.password')}
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          aside={<Link to="/forgot">{words('in.forgot')}</Link>}
          error={passwordProblem ?? (entry.isPending ? undefined : failure)}
          required
        />
        <Button look="go" big type="submit" busy={entry.isPending}>
          {words('in.go')}
        </Button>
      </form>
      <p className="or">
        {words('in.new')}{' '}
        <Link to="/register" search={{ next }} className="near">
          {words('in.create')}
        </Link>
      </p>
    </Main>
  )
}
