import type { Conversation } from '@mina/contract'
import { useFormats, useWords } from '../../i18n/index.ts'
import { Progress } from '../../ui/states.tsx'
import { conversationMessages } from './messages/index.ts'
import { useWork } from './work.ts'

/** What is going on with the recording, in the bar: it comes and goes while somebody reads, and moves nothing. */
export function Working({ conversation: it }: { conversation: Conversation }) {
  const words = useWords(conversationMessages)
  const say = useFormats()
  const { stop } = useWork(it.id)
  const { status, progress } = it
  if (status === 'live')
    return (
      <p className="going-on live-now">
        <span className="dot" />
        <span>{words('state.live')}</span>
        <span className="opt">{words('state.liveMore')}</span>
      </p>
    )
  if (status !== 'processing' || !progress) return null
  const waiting = progress.phase === 'waiting'
  return (
    <>
      <p className="going-on">
        <span>{words(`phase.${progress.phase}`)}</span>
        {!waiting && <b className="num">{say.percent(progress.percent / 100)}</b>}
        {!waiting && progress.speed !== null && (
          <span className="opt num">{words('state.speed', { speed: Math.round(progress.speed) })}</span>
        )}
        {progress.left_s !== null && (
          <span className="opt num">{words('state.left', { time: say.duration(progress.left_s * 1000) })}</span>
        )}
        <button type="button" className="plain" onClick={() => stop.mutate()}>
          {words('state.stop')}
        </button>
      </p>
      <Progress part={waiting ? undefined : progress.percent / 100} label={words(`phase.${progress.phase}`)} />
    </>
  )
}
