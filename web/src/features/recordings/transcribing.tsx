import { useMutation } from '@tanstack/react-query'
import { CircleCheck, RotateCw, TriangleAlert } from 'lucide-react'
import { useFailureText, useReasonText } from '../../api/failure.ts'
import { useFormats, useWords } from '../../i18n/index.ts'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Progress } from '../../ui/states.tsx'
import { toast } from '../../ui/toast.ts'
import { useTranscribeAgain } from './again.ts'
import { type Followed, isDone, useFollowed } from './following.ts'
import { uploadMessages } from './messages/index.ts'

interface Fetching {
  /** Where there is no sound yet: has the link fetched once more. */
  fetchAgain: () => Promise<void>
}

function Failed({ of: { id, failure, has_audio }, fetchAgain }: { of: Followed['conversation'] } & Fetching) {
  const words = useWords(uploadMessages)
  const reason = useReasonText()
  const say = useFailureText()
  const again = useTranscribeAgain(id)
  const fetching = useMutation({
    mutationFn: fetchAgain,
    onError: (failure) => toast({ text: say(failure), kind: 'warn' }),
  })
  return (
    <>
      <p className="up-state warn" role="alert">
        <Icon of={TriangleAlert} />
        <span>
          {failure ? reason(failure) : words('state.bad')} {words(has_audio ? 'state.safe' : 'state.not_fetched')}
        </span>
      </p>
      <p>
        <Button
          look="line"
          icon={RotateCw}
          busy={again.isPending || fetching.isPending}
          onClick={() => (has_audio ? again.mutate() : fetching.mutate())}
        >
          {words('do.retry')}
        </Button>
      </p>
    </>
  )
}

/** It has arrived: how far its transcription is, with the newest words. */
export function Transcribing({ id, name, fetchAgain }: { id: string; name: string } & Fetching) {
  const words = useWords(uploadMessages)
  const say = useFormats()
  const it = useFollowed(id)
  if (!it) return <p className="up-state">{words('state.sent')}</p>
  const { progress, status } = it.conversation
  if (status === 'failed') return <Failed of={it.conversation} fetchAgain={fetchAgain} />
  const phase = progress && words(`phase.${progress.phase}`)
  const working = progress && !isDone(status)
  return (
    <>
      <p className="up-state" role="status">
        {status === 'final' ? (
          <span className="done">
            <Icon of={CircleCheck} className="tiny" />
            {words('state.done')}
          </span>
        ) : (
          (phase ?? words('state.sent'))
        )}
        {working && progress.percent > 0 && <b className="num">{say.percent(progress.percent / 100)}</b>}
        {working && progress.speed !== null && <span>{words('speed', { speed: say.times(progress.speed) })}</span>}
        {working && progress.left_s !== null && (
          <span>{words('state.left', { time: say.duration(progress.left_s * 1000) })}</span>
        )}
      </p>
      <p className="up-words" dir="auto">
        {it.newest?.text}
      </p>
      {working && (
        <Progress
          part={progress.phase === 'waiting' ? undefined : progress.percent / 100}
          label={words('progress', { what: phase ?? '', name })}
        />
      )}
    </>
  )
}
