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

const FILES = 'files'
const waiting = new Map<string, number>()
const listeners = new Set<() => void>()
let total = { files: 0, changes: 0 }

/** What a page keeps on this device until the server has it, such as seconds of sound or edits made offline. */
export function reportWaiting(what: string, count: number) {
  if (count > 0) waiting.set(what, count)
  else waiting.delete(what)
  const files = waiting.get(FILES) ?? 0
  total = { files, changes: [...waiting.values()].reduce((sum, it) => sum + it, -files) }
  for (const listener of listeners) listener()
}

/** Files that were chosen and are not sent yet. */
export const reportFiles = (count: number) => reportWaiting(FILES, count)

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
