import { useIsMutating } from '@tanstack/react-query'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { useOnline } from '../../app/saving.ts'
import { queries } from '../../app/session.ts'
import { conversationKey } from './query.ts'

const times = new Map<string, number>()
const listeners = new Set<() => void>()

export function markSaved(id: string) {
  times.set(id, Date.now())
  for (const listener of listeners) listener()
}

/** What is told about in so short a time after a change was kept is that change. */
const echo_ms = 3000

/** Whether the news of a change is most likely that of a change made on this page. */
export const changedHere = (id: string) =>
  queries.isMutating({ mutationKey: conversationKey(id) }) > 0 || Date.now() - (times.get(id) ?? 0) < echo_ms

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

interface Saving {
  state: 'quiet' | 'saving' | 'waiting' | 'saved'
  /** Since it was saved. */
  seconds: number
}

/** What of this conversation is safe: being sent, waiting for the connection, or saved so many seconds ago. */
export function useSavedAt(id: string): Saving {
  const at = useSyncExternalStore(subscribe, () => times.get(id))
  const changing = useIsMutating({ mutationKey: conversationKey(id) }, queries) > 0
  const online = useOnline()
  const [now, tick] = useState(Date.now)
  const seconds = at === undefined ? 0 : Math.max(0, Math.round((now - at) / 1000))
  const step = seconds < 60 ? 1000 : 30_000
  useEffect(() => {
    if (at === undefined) return
    tick(Date.now())
    const timer = setInterval(() => tick(Date.now()), step)
    return () => clearInterval(timer)
  }, [at, step])
  if (changing) return { state: online ? 'saving' : 'waiting', seconds }
  return { state: at === undefined ? 'quiet' : 'saved', seconds }
}
