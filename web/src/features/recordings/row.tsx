import { Link } from '@tanstack/react-router'
import { FileAudio, Link2, Pause, Play, RotateCw, TriangleAlert, X } from 'lucide-react'
import { isApiError, useFailureText } from '../../api/failure.ts'
import { useFormats, useWords } from '../../i18n/index.ts'
import { buttonClass, IconButton } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Progress } from '../../ui/states.tsx'
import { uploadMessages } from './messages/index.ts'
import { fetchAgain, type Item, pause, remove, resume } from './queue.ts'
import { Transcribing } from './transcribing.tsx'

function Sending({ it }: { it: Item }) {
  const words = useWords(uploadMessages)
  const say = useFormats()
  const failure = useFailureText()
  if (it.state === 'waiting') return <p className="up-state">{words('state.waiting')}</p>
  if (it.state === 'interrupted') return <p className="up-state">{words('state.interrupted')}</p>
  if (it.state === 'paused') return <p className="up-state">{words('state.paused')}</p>
  if (it.state === 'failed')
    return (
      <p className="up-state warn" role="alert">
        <Icon of={TriangleAlert} />
        <span>{it.size ? `${words('state.failed')} ${failure(it.failure)}` : words('state.empty')}</span>
      </p>
    )
  const left = it.speed ? (it.size - it.sent) / it.speed : null
  return (
    <>
      <p className="up-state num">
        <span>{words('state.sending', { sent: say.size(it.sent), size: say.size(it.size) })}</span>
        {it.speed !== null && <span>{words('state.speed', { speed: say.size(it.speed) })}</span>}
        {left !== null && left > 1 && <span>{words('state.left', { time: say.duration(left * 1000) })}</span>}
      </p>
      <Progress
        part={it.size ? it.sent / it.size : undefined}
        label={words('progress', { what: words('title'), name: it.name })}
      />
    </>
  )
}

export function UploadRow({ it }: { it: Item }) {
  const words = useWords(uploadMessages)
  const { state, key, id } = it
  return (
    <li className="up-row">
      <Icon of={it.kind === 'link' ? Link2 : FileAudio} />
      <div className="grow">
        <p className="up-name" dir="auto">
          {it.name}
        </p>
        {id ? <Transcribing id={id} name={it.name} fetchAgain={() => fetchAgain(key)} /> : <Sending it={it} />}
      </div>
      <div className="up-tools">
        {id && (
          <Link to="/conversation/$id" params={{ id }} className={buttonClass({ look: 'line' })}>
            {words('do.open')}
          </Link>
        )}
        {state === 'sending' && <IconButton icon={Pause} label={words('do.pause')} onClick={() => pause(key)} />}
        {state === 'paused' && <IconButton icon={Play} label={words('do.resume')} onClick={() => resume(key)} />}
        {state === 'failed' && it.size > 0 && !isApiError(it.failure, 'unsupported_type') && (
          <IconButton icon={RotateCw} label={words('do.retry')} onClick={() => resume(key)} />
        )}
        <IconButton
          icon={X}
          label={words(state === 'sent' || state === 'failed' ? 'do.remove' : 'do.cancel')}
          onClick={() => remove(key)}
        />
      </div>
    </li>
  )
}
