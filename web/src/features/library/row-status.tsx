import type { ConversationItem } from '@mina/contract'
import { Link } from '@tanstack/react-router'
import { Check, TriangleAlert } from 'lucide-react'
import { useReasonText } from '../../api/failure.ts'
import { useFormats, useWords } from '../../i18n/index.ts'
import { Button, buttonClass } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Progress } from '../../ui/states.tsx'
import { toast } from '../../ui/toast.ts'
import { useTranscribeAgain } from '../recordings/again.ts'
import { libraryMessages } from './messages/index.ts'

function Working({ it }: { it: ConversationItem }) {
  const words = useWords(libraryMessages)
  const say = useFormats()
  const { progress } = it
  if (!progress) return null
  const phase = words(`phase.${progress.phase}`)
  const waiting = progress.phase === 'waiting'
  return (
    <p className="stat">
      <Progress part={waiting ? undefined : progress.percent / 100} label={`${phase}: ${it.title}`} />
      {!waiting && <b className="num">{say.percent(progress.percent / 100)}</b>}
      {!waiting && progress.speed !== null && <span>{words('row.speed', { speed: say.times(progress.speed) })}</span>}
      {!waiting && progress.left_s !== null ? (
        <span>{words('row.left', { time: say.duration(progress.left_s * 1000) })}</span>
      ) : (
        <span>{phase}</span>
      )}
    </p>
  )
}

function Failed({ it }: { it: ConversationItem }) {
  const words = useWords(libraryMessages)
  const reason = useReasonText()
  const again = useTranscribeAgain(it.id)
  const start = () => again.mutate(undefined, { onSuccess: () => toast(words('row.started')) })
  const hasText = it.word_count > 0
  // A link that led nowhere: there is no sound to be safe, nor to be written down again.
  const came = it.source !== 'link' || it.duration_s > 0
  return (
    <>
      <p className="why">
        <Icon of={TriangleAlert} />
        <span dir="auto">
          {it.failure && `${reason(it.failure)} `}
          {words(!came ? 'row.not_fetched' : hasText ? 'row.safe.text' : 'row.safe.sound')}
        </span>
      </p>
      <div className="tools">
        {came ? (
          <Button look="line" busy={again.isPending} onClick={start}>
            {words(hasText ? 'row.continue' : 'row.again')}
          </Button>
        ) : (
          <Link to="/upload" className={buttonClass({ look: 'line' })}>
            {words('row.other_link')}
          </Link>
        )}
        {hasText && (
          <Link to="/conversation/$id" params={{ id: it.id }} className={buttonClass({ look: 'text' })}>
            {words('row.read')}
          </Link>
        )}
      </div>
    </>
  )
}

/** What is going on with it, where something is. */
export function RowStatus({ it }: { it: ConversationItem }) {
  const words = useWords(libraryMessages)
  if (it.status === 'live')
    return (
      <p className="stat">
        <b className="rec">{words('row.live')}</b>
        <span className="saved">
          <Icon of={Check} />
          <span>{words('row.live.on')}</span>
        </span>
      </p>
    )
  if (it.status === 'failed') return <Failed it={it} />
  return <Working it={it} />
}
