import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { CircleCheck, FileAudio, Pause, Play, RotateCw, TriangleAlert, X } from 'lucide-react'
import { useFailureText } from '../../api/failure.ts'
import { useServerEvent } from '../../api/server-events.ts'
import { queries } from '../../app/session.ts'
import { useFormats, useWords } from '../../i18n/index.ts'
import { buttonClass, IconButton } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Progress } from '../../ui/states.tsx'
import { conversationKey, conversationQuery, type Opened } from '../conversation/query.ts'
import { uploadMessages } from './messages/index.ts'
import { type Item, pause, remove, resume } from './queue.ts'

const done = new Set(['final', 'failed'])

/** It has arrived: how far its transcription is, with the newest words. */
function Transcribing({ id, name }: { id: string; name: string }) {
  const words = useWords(uploadMessages)
  const say = useFormats()
  const key = conversationKey(id)
  const { data } = useQuery({
    ...conversationQuery(id),
    // The events tell sooner; this is for a stream of events that broke.
    refetchInterval: ({ state }) => (done.has(state.data?.conversation.status ?? '') ? false : 5000),
  })
  useServerEvent('conversation', (event) => {
    if (event.id !== id) return
    queries.setQueryData<Opened>(
      key,
      (before) =>
        before && {
          ...before,
          conversation: {
            ...before.conversation,
            progress: event.progress,
            status: event.status as typeof before.conversation.status,
          },
        },
    )
    if (event.segments_from_idx !== undefined || done.has(event.status))
      void queries.invalidateQueries({ queryKey: key })
  })
  if (!data) return <p className="up-state">{words('state.sent')}</p>
  const { progress, status, failure } = data.conversation
  const newest = data.segments.slice(-3).map((it) => it.text)
  const phase = progress && words(`phase.${progress.phase}`)
  const working = progress && !done.has(status)
  return (
    <>
      <p className={status === 'failed' ? 'up-state warn' : 'up-state'} role="status">
        {status === 'final' && words('state.done')}
        {status === 'failed' && `${words('state.bad')} ${failure?.message ?? ''}`}
        {!done.has(status) && (phase ?? words('state.sent'))}
        {working && progress.percent > 0 && <b className="num">{say.percent(progress.percent / 100)}</b>}
        {working && progress.speed !== null && <span>{words('speed', { speed: Math.round(progress.speed) })}</span>}
        {working && progress.left_s !== null && (
          <span>{words('state.left', { time: say.duration(progress.left_s * 1000) })}</span>
        )}
      </p>
      {working && (
        <Progress
          part={progress.phase === 'waiting' ? undefined : progress.percent / 100}
          label={words('progress', { what: phase ?? '', name })}
        />
      )}
      {newest.length > 0 && (
        <p className="up-words" dir="auto">
          {newest.join(' ')}
        </p>
      )}
    </>
  )
}

function Sending({ it }: { it: Item }) {
  const words = useWords(uploadMessages)
  const say = useFormats()
  const failure = useFailureText()
  if (it.state === 'waiting') return <p className="up-state">{words('state.waiting')}</p>
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
      <Icon of={state === 'sent' ? CircleCheck : FileAudio} className={state === 'sent' ? 'good' : ''} />
      <div className="grow">
        <p className="up-name" dir="auto">
          {it.name}
        </p>
        {id ? <Transcribing id={id} name={it.name} /> : <Sending it={it} />}
      </div>
      <div className="up-tools">
        {id && (
          <Link to="/conversation/$id" params={{ id }} className={buttonClass({ look: 'line' })}>
            {words('do.open')}
          </Link>
        )}
        {state === 'sending' && <IconButton icon={Pause} label={words('do.pause')} onClick={() => pause(key)} />}
        {state === 'paused' && <IconButton icon={Play} label={words('do.resume')} onClick={() => resume(key)} />}
        {state === 'failed' && it.size > 0 && (
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
