import { useIsMutating } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import { hopeFor, isReached, onReach } from '../api/reach.ts'
import { queries } from './session.ts'

const subscribe = (listener: () => void) => {
  addEventListener('online', listener)
  addEventListener('offline', listener)
  const stop = onReach(listener)
  return () => {
    stop()
    removeEventListener('online', listener)
    removeEventListener('offline', listener)
  }
}
export const useOnline = () => useSyncExternalStore(subscribe, () => navigator.onLine && isReached())

addEventListener('online', hopeFor)

const waiting = new Map<string, number>()
const listeners = new Set<() => void>()
let total = 0

/** What a page keeps on this device until the server has it, such as seconds of sound or edits made offline. */
export function reportWaiting(what: string, count: number) {
  if (count > 0) waiting.set(what, count)
  else waiting.delete(what)
  total = [...waiting.values()].reduce((sum, it) => sum + it, 0)
  for (const listener of listeners) listener()
}

const useWaiting = () =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    () => total,
  )

/** One answer to "is everything of mine safe?" for the whole app. */
export function useSaving() {
  const online = useOnline()
  const saving = useIsMutating(undefined, queries) > 0
  return { online, saving, waiting: useWaiting() }
}

// Closing the page while something is not kept anywhere yet is worth a question.
addEventListener('beforeunload', (event) => {
  if (queries.isMutating() > 0) event.preventDefault()
})
