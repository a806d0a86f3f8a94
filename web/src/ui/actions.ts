import type { LucideIcon } from 'lucide-react'
import { useEffect, useRef, useSyncExternalStore } from 'react'

/** Something that the palette can do. Pages bring their own while they are open. */
export interface Action {
  label: string
  /** Other words by which people look for it. */
  also?: string
  icon?: LucideIcon
  keys?: string
  run: () => void
}

let all: readonly Action[] = []
const listeners = new Set<() => void>()

export function useActions(wanted: readonly Action[]) {
  const newest = useRef(wanted)
  newest.current = wanted
  const identity = wanted.map((it) => it.label).join('\n')
  // biome-ignore lint/correctness/useExhaustiveDependencies: registered anew only when a label changes
  useEffect(() => {
    const mine = newest.current.map((it, at) => ({ ...it, run: () => newest.current[at]?.run() }))
    const change = (next: readonly Action[]) => {
      all = next
      for (const listener of listeners) listener()
    }
    change([...all, ...mine])
    return () => change(all.filter((it) => !mine.includes(it)))
  }, [identity])
}

export const useAllActions = () =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    () => all,
  )

const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLocaleLowerCase()

/** How well a name answers what was typed: begins with it, has a word that does, holds it, holds its letters in order. */
export function likeness(name: string, typed: string): number {
  const [it, wanted] = [plain(name), plain(typed.trim())]
  if (!wanted) return 1
  if (it.startsWith(wanted)) return 4
  if (it.split(/\s+/).some((word) => word.startsWith(wanted))) return 3
  if (it.includes(wanted)) return 2
  let at = 0
  for (const letter of wanted) {
    at = it.indexOf(letter, at) + 1
    if (at === 0) return 0
  }
  return wanted.length > 2 ? 1 : 0
}
