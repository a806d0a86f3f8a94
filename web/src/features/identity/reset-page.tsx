import { resetPassword } from '@mina/contract'
import { useMutation } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { MailQuestionMark } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { call } from '../../api/call.ts'
import { fieldProblems, isApiError, useFailureText } from '../../api/failure.ts'
import { Main } from '../../app/main-area.tsx'
import { useWords } from '../../i18n/index.ts'
import { Button } from '../../ui/button.tsx'
import { Told } from '../../ui/states.tsx'
import { useChecking } from './checking.ts'
import { identityMessages } from './messages/index.ts'
import { NewPassword } from './new-password.tsx'
import { missing } from './strength.ts'

const route = getRouteApi('/outside/reset')

export function ResetPage() {
  const words = useWords(identityMessages)
  const sayFailure = useFailureText()
  const navigate = useNavigate()
  const { token } = route.useSearch()
  const [password, setPassword] = useState('')
  const { form, checked, check } = useChecking()
  const setting = useMutation({
    mutationFn: () => call(resetPassword, { body: { token: token ?? '', new_password: password } }),
    // The token leaves the history: it is of no use to anyone who finds this window.
    onSuccess: () => void navigate({ to: '/login', search: { done: 'reset' }, replace: true }),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    check()
    if (!missing(password)) setting.mutate()
  }
  const problem = setting.error ? (
    isApiError(setting.error, 'unauthorized') ? (
      <>
        {words('reset.stale')}
        <Link to="/forgot">{words('reset.again')}</Link>.
      </>
    ) : (
      (fieldProblems(setting.error).new_password ??
      (isApiError(setting.error, 'bad_request') ? setting.error.message : sayFailure(setting.error)))
    )
  ) : undefined
  return (
    <Main title={words('reset.title')} className="">
      <h1>{words('reset.title')}</h1>
      <p>{words('reset.lead')}</p>
      {token ? (
        <form ref={form} onSubmit={submit} noValidate>
          <NewPassword
            label={words('reset.new')}
            value={password}
            onChange={setPassword}
            checked={checked}
            error={problem}
          />
          <Button look="go" big type="submit" busy={setting.isPending}>
            {words('reset.go')}
          </Button>
        </form>
      ) : (
        <Told icon={MailQuestionMark}>
          {words('reset.none')} <Link to="/forgot">{words('reset.again')}</Link>
        </Told>
      )}
      <p className="or">
        <Link to="/login" className="near">
          {words('forgot.back')}
        </Link>
      </p>
    </Main>
  )
}
