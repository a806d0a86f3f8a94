import type { ConversationEvent } from '@mina/contract'
import { useEffect, useRef } from 'react'
import { useServerEvent } from '../api/server-events.ts'
import { queries } from './session.ts'

const working = new Set(['live', 'processing'])

/** Keeps counts and lists true whatever page is open: what was made, changed or deleted elsewhere, at most once a second. */
export function useLibraryNews() {
  const timer = useRef(0)
  const seen = useRef(new Map<string, string>())
  useEffect(
    () => () => {
      clearTimeout(timer.current)
      timer.current = 0
    },
    [],
  )
  useServerEvent('conversation', ({ id, status, deleted }: ConversationEvent) => {
    const now = deleted ? 'deleted' : status
    const before = seen.current.get(id)
    seen.current.set(id, now)
    // Progress of the same work changes no count, and the lists are told of it without asking.
    if ((before === now && working.has(now)) || timer.current) return
    timer.current = window.setTimeout(() => {
      timer.current = 0
      void queries.invalidateQueries({ queryKey: ['library'] })
    }, 1000)
  })
}
