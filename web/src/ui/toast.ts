import { useSyncExternalStore } from 'react'

export interface Toast {
  text: string
  kind?: 'plain' | 'warn'
  action?: { label: string; run: () => void }
  /** Until it is closed. */
  stays?: boolean
  /** A newer one of the same name takes its place. */
  name?: string
}
export type Shown = Toast & { id: number }

const most = 3
let shown: readonly Shown[] = []
let count = 0
const listeners = new Set<() => void>()

function set(next: readonly Shown[]) {
  shown = next
  for (const listener of listeners) listener()
}

/** Says what was done. Where it can be taken back, `action` is the undo: that replaces asking before. */
export function toast(it: Toast | string) {
  const id = ++count
  const given = typeof it === 'string' ? { text: it } : it
  const others = shown.filter((one) => given.name === undefined || one.name !== given.name)
  set([...others, { ...given, id }].slice(-most))
  return () => dismiss(id)
}

export const dismiss = (id: number) => set(shown.filter((it) => it.id !== id))

export const useToasts = () =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    () => shown,
  )

/** Long enough to read it, and to reach a button. */
export const readingTime = ({ text, action, stays }: Toast) =>
  stays ? Number.POSITIVE_INFINITY : Math.min(12_000, 3000 + text.length * 50 + (action ? 3000 : 0))
