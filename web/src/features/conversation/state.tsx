import { type Conversation, cancelTranscription, transcribeAgain } from '@mina/contract'
import { useMutation } from '@tanstack/react-query'
import { CircleAlert, TriangleAlert } from 'lucide-react'
import { call } from '../../api/call.ts'
import { useFailureText } from '../../api/failure.ts'
import { queries } from '../../app/session.ts'
import { useFormats, useWords } from '../../i18n/index.ts'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Progress, Told } from '../../ui/states.tsx'
import { toast } from '../../ui/toast.ts'
import { conversationMessages } from './messages/index.ts'
import { conversationKey } from './query.ts'

function useWork(id: string) {
  const words = useWords(conversationMessages)
  const say = useFailureText()
  const settled = {
    onError: (failure: Error) => void toast({ text: say(failure), kind: 'warn' }),
    onSettled: () => void queries.invalidateQueries({ queryKey: conversationKey(id) }),
  }
  const again = useMutation({
    mutationFn: () => call(transcribeAgain, { params: { id }, body: {} }),
    onSuccess: () => void toast(words('state.started')),
    ...settled,
  })
  const stop = useMutation({
    mutationFn: () => call(cancelTranscription, { params: { id } }),
    onSuccess: () => void toast(words('state.stopped')),
    ...settled,
  })
  return { again, stop }
}

/** What is going on with the recording, where something is: how far, how fast, what failed, what is safe. */
export function State({ conversation: it }: { conversation: Conversation }) {
  const words = useWords(conversationMessages)
  const say = useFormats()
  const { again, stop } = useWork(it.id)
  if (it.status === 'live')
    return (
      <div className="told live-line">
        <span className="dot" />
        <span className="grow">{words('state.live')}</span>
      </div>
    )
  if (it.status === 'failed')
    return (
      <div className="told warn" role="alert">
        <Icon of={TriangleAlert} />
        <span className="grow" dir="auto">
          {it.failure?.message} {words('state.failed')}
        </span>
        <Button look="line" busy={again.isPending} onClick={() => again.mutate()}>
          {words('state.again')}
        </Button>
      </div>
    )
  const { progress } = it
  const waiting = progress?.phase === 'waiting'
  return (
    <>
      {progress && it.status === 'processing' && (
        <div className="working">
          <Progress part={waiting ? undefined : progress.percent / 100} label={words(`phase.${progress.phase}`)} />
          <p className="legend">
            <span>{words(`phase.${progress.phase}`)}</span>
            {!waiting && <b className="num">{say.percent(progress.percent / 100)}</b>}
            {!waiting && progress.speed !== null && (
              <span>{words('state.speed', { speed: Math.round(progress.speed) })}</span>
            )}
            {progress.left_s !== null && (
              <span>{words('state.left', { time: say.duration(progress.left_s * 1000) })}</span>
            )}
            <button type="button" className="plain at" onClick={() => stop.mutate()}>
              {words('state.stop')}
            </button>
          </p>
        </div>
      )}
      {it.warnings.map((warning) => (
        <Told key={warning.code} icon={CircleAlert}>
          {warning.message}
        </Told>
      ))}
    </>
  )
}
