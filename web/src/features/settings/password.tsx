import { changePassword } from '@mina/contract'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { call } from '../../api/call.ts'
import { fieldProblems, isApiError, useFailureText } from '../../api/failure.ts'
import { useUser } from '../../app/session.ts'
import { useWords } from '../../i18n/index.ts'
import { Button } from '../../ui/button.tsx'
import { PasswordField } from '../../ui/field.tsx'
import { toast } from '../../ui/toast.ts'
import { useChecking } from '../identity/checking.ts'
import { identityMessages } from '../identity/messages/index.ts'
import { NewPassword } from '../identity/new-password.tsx'
import { missing } from '../identity/strength.ts'
import { settingsMessages } from './messages/index.ts'
import { Section } from './section.tsx'

export function Password() {
  const words = useWords(settingsMessages)
  const fields = useWords(identityMessages)
  const say = useFailureText()
  const user = useUser()
  const [old, setOld] = useState('')
  const [next, setNext] = useState('')
  const { form, checked, check, settle } = useChecking()
  const change = useMutation({
    mutationFn: () => call(changePassword, { body: { old_password: old, new_password: next } }),
    onSuccess: () => {
      settle()
      setOld('')
      setNext('')
      toast(words('password.done'))
    },
  })
  const wrong = isApiError(change.error, 'unauthorized')
  const problem = isApiError(change.error, 'bad_request') ? change.error.message : change.error && say(change.error)
  return (
    <Section title={words('part.password')} lead={words('password.lead')}>
      <form
        ref={form}
        className="form"
        noValidate
        onSubmit={(event: FormEvent) => {
          event.preventDefault()
          check()
          if (old && !missing(next)) change.mutate()
        }}
      >
        <input type="email" hidden readOnly autoComplete="username" value={user?.email ?? ''} />
        <PasswordField
          label={words('password.old')}
          autoComplete="current-password"
          value={old}
          onChange={(event) => setOld(event.currentTarget.value)}
          error={wrong ? words('password.wrong') : checked && !old ? fields('field.required') : undefined}
        />
        <NewPassword
          label={words('password.new')}
          value={next}
          onChange={setNext}
          checked={checked}
          error={fieldProblems(change.error).new_password || (!wrong && problem) || undefined}
        />
        <Button look="go" type="submit" busy={change.isPending}>
          {words('password.go')}
        </Button>
      </form>
    </Section>
  )
}
