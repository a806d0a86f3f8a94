import { useCallback, useEffect, useRef } from 'react'
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

/** Focuses a row if it is drawn; else the page, so that the keys go on from there. */
export function focusRow(id: string | undefined) {
  const row = links().find((it) => it.dataset.id === id) ?? document.getElementById('main')
  row?.focus()
}

/** Rows that go take the focus with them: it is given to the row that moves up, or else to the one before. */
export function useFocusKept(ids: readonly string[]) {
  const wanted = useRef<{ id: string }>(undefined)
  // biome-ignore lint/correctness/useExhaustiveDependencies: only once the list has changed does that row stand where it stays
  useEffect(() => {
    if (wanted.current) focusRow(wanted.current.id)
    wanted.current = undefined
  }, [ids])
  return useCallback(
    (going: readonly string[]) => {
      const at = ids.findIndex((id) => going.includes(id))
      const next = ids.slice(at).find((id) => !going.includes(id)) ?? ids.slice(0, at).at(-1)
      if (next) wanted.current = { id: next }
      // The list goes with its last row.
      else focusRow(undefined)
    },
    [ids],
  )
}

interface ListKeys {
  pick: (id: string) => void
  remove: (id: string) => void
}

/** The arrows walk from row to row, X selects, Delete deletes. */
export function useListKeys({ pick, remove }: ListKeys) {
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
    { keys: 'Delete', label: words('keys.delete'), group, run: withFocused(remove) },
  ])
}
