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

/** The arrows walk from row to row, X selects, Delete deletes. */
export function useListKeys({ pick, remove }: { pick: (id: string) => void; remove: (id: string) => void }) {
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
