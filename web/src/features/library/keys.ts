import { useEffect, useRef } from 'react'
import { useWords } from '../../i18n/index.ts'
import { useShortcuts } from '../../ui/shortcuts.ts'
import { libraryMessages } from './messages/index.ts'

const links = () => [...document.querySelectorAll<HTMLAnchorElement>('.rows .ti')]
const focused = () => (document.activeElement as HTMLElement | null)?.dataset.id

function step(by: 1 | -1) {
  const all = links()
  const at = all.indexOf(document.activeElement as HTMLAnchorElement)
  // From nowhere: to the first that is in sight.
  const to = at < 0 ? all.find((it) => it.getBoundingClientRect().top > 80) : all[at + by]
  to?.focus()
  to?.scrollIntoView({ block: 'nearest' })
}

interface ListKeys {
  ids: readonly string[]
  pick: (id: string) => void
  remove: (id: string) => void
}

/** The arrows walk from row to row, X selects, Delete deletes and goes to the row that moves up. */
export function useListKeys({ ids, pick, remove }: ListKeys) {
  const wanted = useRef<string>(undefined)
  // biome-ignore lint/correctness/useExhaustiveDependencies: only once the list has changed does that row stand where it stays
  useEffect(() => {
    links()
      .find((it) => it.dataset.id === wanted.current)
      ?.focus()
    wanted.current = undefined
  }, [ids])
  const removeFocused = (id: string) => {
    const all = links()
    const at = all.findIndex((it) => it.dataset.id === id)
    wanted.current = (all[at + 1] ?? all[at - 1])?.dataset.id
    remove(id)
  }
  const words = useWords(libraryMessages)
  const group = words('keys.group')
  const withFocused = (run: (id: string) => void) => () => {
    const id = focused()
    if (id) run(id)
  }
  useShortcuts([
    { keys: 'ArrowDown', label: words('keys.next'), group, run: () => step(1) },
    { keys: 'ArrowUp', label: words('keys.previous'), group, run: () => step(-1) },
    { keys: 'x', label: words('keys.select'), group, run: withFocused(pick) },
    { keys: 'Delete', label: words('keys.delete'), group, run: withFocused(removeFocused) },
  ])
}
