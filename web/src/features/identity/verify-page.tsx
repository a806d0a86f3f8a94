import { resendVerification, verifyEmail } from '@mina/contract'
import { useMutation, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { CircleCheck, FolderOpen, MailCheck, MailQuestionMark, MailX } from 'lucide-react'
import { call } from '../../api/call.ts'
import { isApiError, useFailureText } from '../../api/failure.ts'
import { Main } from '../../app/main-area.tsx'
import { sessionQuery } from '../../app/session.ts'
import { useWords } from '../../i18n/index.ts'
import { Button, buttonClass } from '../../ui/button.tsx'
import { Told } from '../../ui/states.tsx'
import { identityMessages } from './messages/index.ts'

const route = getRouteApi('/outside/verify')

export function VerifyPage() {
  const words = useWords(identityMessages)
  const sayFailure = useFailureText()
  const { token } = route.useSearch()
  const { data: user } = useQuery(sessionQuery)
  // A query, not an effect: the token works once, and asking twice for the same one must not spend it twice.
  const verified = useQuery({
    queryKey: ['verify', token],
    queryFn: () => call(verifyEmail, { body: { token: token ?? '' } }),
    enabled: token !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    retry: (tries, failure) => isApiError(failure, 'offline') && tries < 2,
  })
  const again = useMutation({ mutationFn: () => call(resendVerification) })
  const stale = isApiError(verified.error, 'unauthorized')
  return (
    <Main title={words('verify.title')} className="">
      <h1>{words('verify.title')}</h1>
      <p>{user?.email}</p>
      <div className="grid justify-items-start gap-4" aria-live="polite">
        {verified.isLoading && <p role="status">{words('verify.busy')}</p>}
        {verified.isSuccess && (
          <>
            <Told icon={CircleCheck} kind="good">
              {words('verify.done')}
            </Told>
            <Link to={user ? '/library' : '/login'} className={buttonClass({ look: 'go', big: true })}>
              {words(user ? 'verify.open' : 'in.go')}
            </Link>
          </>
        )}
        {verified.isError && (
          <Told icon={MailX} kind="warn">
            {stale ? words(user ? 'verify.stale' : 'verify.staleOutside') : sayFailure(verified.error)}
          </Told>
        )}
        {!token && <Told icon={MailQuestionMark}>{words('reset.none')}</Told>}
        {again.data && <Told icon={MailCheck}>{words('verify.sent')}</Told>}
        {again.data?.mail === 'outbox' && <Told icon={FolderOpen}>{words('forgot.outbox')}</Told>}
        {again.error && (
          <Told icon={MailX} kind="warn">
            {sayFailure(again.error)}
          </Told>
        )}
        {(verified.isError || !token) && user && !user.email_verified && !again.data && (
          <Button look="line" big busy={again.isPending} onClick={() => again.mutate()}>
            {words('verify.again')}
          </Button>
        )}
      </div>
      {!verified.isSuccess && (
        <p className="or">
          <Link to={user ? '/library' : '/login'} className="near">
            {words(user ? 'verify.open' : 'forgot.back')}
          </Link>
        </p>
      )}
    </Main>
  )
}
