import { cancelQueued, listQueue, retryQueued } from '@mina/contract'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { call } from '../../api/call.ts'
import { useFailureText } from '../../api/failure.ts'
import { queries } from '../../app/session.ts'
import { useFormats, useWords } from '../../i18n/index.ts'
import { Button } from '../../ui/button.tsx'
import { ListRow } from '../../ui/list-row.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { Badge, FailedPart } from '../../ui/states.tsx'
import { toast } from '../../ui/toast.ts'
import { adminMessages } from './messages/index.ts'

const states = ['created', 'retry', 'active', 'completed', 'cancelled', 'failed'] as const
const works = [
  'deepgram.deliver',
  'deepgram.hear',
  'events.prune',
  'identity.tidy',
  'jobs.mend',
  'jobs.run',
  'live.finish',
  'privacy.retention',
  'privacy.sweep',
  'recordings.fetch',
  'recordings.sweep',
  'transcripts.mend',
  'transcripts.recognise-elsewhere',
  'transcripts.recognise-long',
  'transcripts.recognise-short',
  'understanding.analyse',
  'understanding.translate',
  'utilities.sheet-row',
  'webhooks.deliver',
  'webhooks.prune',
] as const
const over = new Set(['completed', 'failed', 'cancelled'])

export function Queue() {
  const words = useWords(adminMessages)
  const say = useFormats()
  const failure = useFailureText()
  const [state, setState] = useState<string>()
  const called = (name: string) => {
    const known = states.find((it) => it === name)
    return known ? words(`job.${known}`) : name
  }
  const worked = (queue: string) => {
    const known = works.find((it) => it === queue)
    return known ? words(`work.${known}`) : queue
  }
  const list = useQuery({
    queryKey: ['admin', 'queue', state],
    queryFn: ({ signal }) => call(listQueue, { query: { state, limit: 100 }, signal }),
    placeholderData: (before) => before,
    refetchInterval: ({ state: query }) => (query.error ? false : 3000),
  })
  const change = useMutation({
    mutationFn: ({ id, queue, again }: { id: string; queue: string; again: boolean }) =>
      call(again ? retryQueued : cancelQueued, { params: { id, queue } }),
    onSuccess: () => toast(words('queue.done')),
    onError: (it) => toast({ text: failure(it), kind: 'warn' }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['admin', 'queue'] }),
  })
  return (
    <>
      <p className="muted">{words('queue.lead')}</p>
      <div className="chips">
        <Button look="line" aria-pressed={!state} onClick={() => setState(undefined)}>
          {words('queue.all')}
        </Button>
        {Object.entries(list.data?.counts ?? {}).map(([name, count]) => (
          <Button key={name} look="line" aria-pressed={state === name} onClick={() => setState(name)}>
            {called(name)} <span className="num muted">{say.number(count)}</span>
          </Button>
        ))}
      </div>
      {list.isPending && <SkeletonRows rows={3} />}
      {list.isError && <FailedPart failure={list.error} retry={() => void list.refetch()} />}
      {list.data?.items.length === 0 && <p className="muted">{words('queue.none')}</p>}
      <ul>
        {list.data?.items.map((it) => (
          <li key={`${it.queue} ${it.id}`}>
            <ListRow
              before={
                <Badge kind={it.state === 'failed' ? 'warn' : it.state === 'active' ? 'accent' : ''}>
                  {called(it.state)}
                </Badge>
              }
              lead={worked(it.queue)}
              sub={`${say.ago(it.created_at)}, ${words('queue.attempts', { count: it.attempts })}${it.error ? `. ${it.error}` : ''}`}
              end={
                over.has(it.state) ? (
                  it.state !== 'completed' && (
                    <Button look="line" onClick={() => change.mutate({ id: it.id, queue: it.queue, again: true })}>
                      {words('queue.retry')}
                    </Button>
                  )
                ) : (
                  <Button look="line" onClick={() => change.mutate({ id: it.id, queue: it.queue, again: false })}>
                    {words('queue.cancel')}
                  </Button>
                )
              }
            />
          </li>
        ))}
      </ul>
    </>
  )
}
