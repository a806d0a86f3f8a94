import { useEffect, useRef, useSyncExternalStore } from 'react'

export interface Shortcut {
  /** `?`, `h`, `ArrowLeft`, `mod+k` (Ctrl, or Cmd on a Mac). */
  keys: string
  label: string
  /** Under which heading the help shows it. */
  group: string
  /** Without it the key is only told: a field that has the focus answers to it by itself. */
  run?: (event: KeyboardEvent) => void
  /** Also while a text is being written, or a dialogue is open. */
  always?: boolean
}

const isMac = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.userAgent)

const names: Record<string, string> = {
  ' ': 'Space',
  Escape: 'Esc',
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  mod: isMac ? '⌘' : 'Ctrl',
}

/** As it is printed on a key. */
export const keyNames = (keys: string) =>
  (keys === '+' ? ['+'] : keys.split('+')).map((it) => names[it] ?? (it.length === 1 ? it.toUpperCase() : it))

export function matches(keys: string, event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>) {
  const mod = keys.startsWith('mod+')
  const key = mod ? keys.slice(4) : keys
  if (event.altKey || mod !== (event.ctrlKey || event.metaKey)) return false
  return event.key === key || (event.key.length === 1 && event.key.toLowerCase() === key)
}

/** Letters belong to the text while one is being written, and the space bar to the control that has the focus. */
function isBusy(event: KeyboardEvent) {
  const it = event.target
  if (!(it instanceof HTMLElement)) return false
  if (it.isContentEditable || it.matches('input:not([type=checkbox], [type=radio], [type=range]), textarea, select'))
    return true
  if (it.closest('dialog[open], [role=menu]')) return true
  return (
    (event.key === ' ' && it.matches('button, a, summary, input')) ||
    (event.key.startsWith('Arrow') && it.matches('[role=tab], [role=slider], input'))
  )
}

let all: readonly Shortcut[] = []
const listeners = new Set<() => void>()
const change = (next: readonly Shortcut[]) => {
  all = next
  for (const listener of listeners) listener()
}

function press(event: KeyboardEvent) {
  if (event.defaultPrevented || event.isComposing) return
  // The page that came last goes first.
  const it = all.findLast((one) => one.run && matches(one.keys, event) && (one.always || !isBusy(event)))
  if (!it?.run) return
  event.preventDefault()
  it.run(event)
}

/** Keys that work while the component is on the page, and stand in the help. */
export function useShortcuts(wanted: readonly Shortcut[]) {
  const newest = useRef(wanted)
  newest.current = wanted
  const identity = wanted.map((it) => `${it.keys} ${it.label}`).join('\n')
  // biome-ignore lint/correctness/useExhaustiveDependencies: they are registered anew only when a key or its label changes
  useEffect(() => {
    const mine = newest.current.map((it, at) => ({
      ...it,
      ...(it.run && { run: (event: KeyboardEvent) => newest.current[at]?.run?.(event) }),
    }))
    if (!all.length) addEventListener('keydown', press)
    change([...all, ...mine])
    return () => {
      change(all.filter((it) => !mine.includes(it)))
      if (!all.length) removeEventListener('keydown', press)
    }
  }, [identity])
}

export const useAllShortcuts = () =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    () => all,
  )
