import { type ConversationEvent, events, type JobEvent } from '@mina/contract'
import { useEffect, useRef } from 'react'
import { request } from './call.ts'
import { followEvents, type ServerEvent } from './event-stream.ts'
import { isApiError } from './failure.ts'

interface Kinds {
  conversation: ConversationEvent
  job: JobEvent
}
type Listener = (event: ServerEvent) => void

const listeners = new Set<Listener>()
let after: string | undefined
let stop: (() => void) | undefined

const wait = (ms: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(done, ms)
    function done() {
      clearTimeout(timer)
      removeEventListener('online', done)
      signal.removeEventListener('abort', done)
      resolve()
    }
    addEventListener('online', done)
    signal.addEventListener('abort', done)
  })

async function open(_: string | undefined, signal: AbortSignal) {
  const response = await request(events, { signal, headers: after ? { 'Last-Event-ID': after } : undefined })
  if (!response.body) throw new TypeError('The server sent no stream.')
  return response.body
}

/**
 * One stream for all tabs: over HTTP/1.1 a browser opens six connections to a server, and six tabs with a stream each
 * would leave none for anything else. The tab that holds the lock listens and tells the others; when it closes, the
 * next one goes on after the last event that it was told.
 */
function listen() {
  const others = new BroadcastChannel('mina-events')
  const deliver = (event: ServerEvent) => {
    after = event.id ?? after
    for (const listener of listeners) listener(event)
  }
  others.onmessage = ({ data }) => deliver(data)
  const ending = new AbortController()
  const lead = async () => {
    if (ending.signal.aborted) return
    const stream = followEvents(
      (event) => {
        deliver(event)
        others.postMessage(event)
      },
      {
        open,
        wait,
        worthRetrying: (failure) => !isApiError(failure, 'unauthorized') && !isApiError(failure, 'forbidden'),
      },
    )
    ending.signal.addEventListener('abort', stream.stop)
    await stream.done
  }
  const leading =
    'locks' in navigator ? navigator.locks.request('mina-events', { signal: ending.signal }, lead) : lead()
  leading.catch(() => undefined)
  return () => {
    ending.abort()
    others.close()
  }
}

export function onServerEvent<Kind extends keyof Kinds>(kind: Kind, told: (it: Kinds[Kind]) => void) {
  const listener: Listener = ({ event, data }) => {
    if (event === kind) told(JSON.parse(data))
  }
  listeners.add(listener)
  stop ??= listen()
  return () => {
    listeners.delete(listener)
    if (listeners.size) return
    stop?.()
    stop = undefined
  }
}

/** Progress of uploads and jobs while the component is on the page. */
export function useServerEvent<Kind extends keyof Kinds>(kind: Kind, told: (it: Kinds[Kind]) => void) {
  const newest = useRef(told)
  newest.current = told
  useEffect(() => onServerEvent(kind, (it) => newest.current(it)), [kind])
}
