import { useNavigate } from '@tanstack/react-router'
import { Search } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useWords } from '../../i18n/index.ts'
import { Icon } from '../../ui/icon.tsx'
import { useShortcuts } from '../../ui/shortcuts.ts'
import { libraryMessages } from './messages/index.ts'

/** A pause in typing that means: look now. */
const pause = 160

/** Looks while one types; the address keeps what was looked for, so that Back comes back to it. */
export function SearchBox({
  to,
  q,
  autoFocus,
}: {
  to: '/library' | '/search'
  q: string | undefined
  autoFocus?: boolean
}) {
  const words = useWords(libraryMessages)
  const navigate = useNavigate()
  const [typed, type] = useState(q ?? '')
  const timer = useRef(0)
  const asked = useRef(q ?? '')
  const box = useRef<HTMLInputElement>(null)

  // The address changed by itself: Back, a filter, the palette.
  useEffect(() => {
    if ((q ?? '') === asked.current) return
    asked.current = q ?? ''
    type(q ?? '')
  }, [q])
  useEffect(() => {
    if (autoFocus) box.current?.focus()
    return () => clearTimeout(timer.current)
  }, [autoFocus])
  useShortcuts([
    { keys: '/', label: words('keys.search'), group: words('keys.group'), run: () => box.current?.focus() },
  ])

  const ask = (text: string) => {
    clearTimeout(timer.current)
    const wanted = text.trim()
    if (wanted === asked.current) return
    asked.current = wanted
    void navigate({ to, search: (now) => ({ ...now, q: wanted || undefined }), replace: true })
  }
  return (
    <search className="search">
      <Icon of={Search} />
      <input
        ref={box}
        className="input"
        type="search"
        aria-label={words('ask')}
        placeholder={words('ask')}
        autoComplete="off"
        dir="auto"
        value={typed}
        onChange={(event) => {
          const text = event.target.value
          type(text)
          clearTimeout(timer.current)
          timer.current = window.setTimeout(() => ask(text), pause)
        }}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return
          if (event.key === 'Enter') ask(typed)
          if (event.key === 'Escape' && typed) {
            event.preventDefault()
            type('')
            ask('')
          }
        }}
      />
      {!typed && <kbd>/</kbd>}
    </search>
  )
}
