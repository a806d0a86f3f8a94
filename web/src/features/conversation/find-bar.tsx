import type { Segment } from '@mina/contract'
import { ChevronDown, ChevronUp, X } from 'lucide-react'
import { type KeyboardEvent, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react'
import { useWords } from '../../i18n/index.ts'
import { shell } from '../../i18n/shell/index.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { conversationMessages } from './messages/index.ts'
import { type FindOptions, type Found, findAll } from './pieces.ts'

const nothing: Found[] = []

/** What is looked for in the whole text, drawn or not, and which of the places is looked at. */
export function useFind(segments: readonly Segment[]) {
  const [open, setOpen] = useState(false)
  const [options, setOptions] = useState<FindOptions>({ find: '', match_case: false, whole_words: false })
  const [at, setAt] = useState(0)
  const wanted = useDeferredValue(options)
  const found = useMemo(() => (open ? findAll(segments, wanted) : nothing), [open, segments, wanted])
  const chosen = found[Math.min(at, Math.max(0, found.length - 1))]
  return {
    open,
    setOpen,
    options,
    found,
    chosen,
    at: Math.min(at, Math.max(0, found.length - 1)),
    look: (next: Partial<FindOptions>) => {
      setOptions((now) => ({ ...now, ...next }))
      setAt(0)
    },
    step: (by: 1 | -1) =>
      setAt((now) => (found.length ? (Math.min(now, found.length - 1) + by + found.length) % found.length : 0)),
  }
}
export type Find = ReturnType<typeof useFind>

export function FindBar({
  find,
  canEdit,
  onReplace,
  onReplaceAll,
}: {
  find: Find
  canEdit: boolean
  onReplace: (it: Found, replacement: string) => void
  onReplaceAll: (it: FindOptions & { replace: string }) => void
}) {
  const words = useWords(conversationMessages)
  const shared = useWords(shell)
  const box = useRef<HTMLInputElement>(null)
  const [replacement, setReplacement] = useState('')
  useEffect(() => {
    box.current?.focus()
    box.current?.select()
  }, [])
  const { options, found, at, look, step } = find
  const key = (event: KeyboardEvent) => {
    if (event.key === 'Escape') find.setOpen(false)
    if (event.key === 'Enter' && !event.nativeEvent.isComposing && event.target === box.current) {
      event.preventDefault()
      step(event.shiftKey ? -1 : 1)
    }
  }
  const replaceAll = () => onReplaceAll({ ...options, replace: replacement })
  const replace = () => {
    if (!find.chosen) return
    onReplace(find.chosen, replacement)
    // What was put there may be found again itself: then the next one is further on.
    const [again] = findAll([{ text: replacement }], options)
    if (again) step(1)
  }
  const count = !options.find
    ? ''
    : found.length
      ? words('find.count', { at: at + 1, count: found.length })
      : words('find.none')
  return (
    <search className="find" aria-label={words('find.bar')} onKeyDown={key}>
      <div className="find-line">
        <input
          ref={box}
          className="input"
          dir="auto"
          aria-label={words('find.label')}
          placeholder={words('find.label')}
          value={options.find}
          onChange={(event) => look({ find: event.currentTarget.value })}
        />
        <output className="count">{count}</output>
        <IconButton icon={ChevronUp} label={words('find.previous')} onClick={() => step(-1)} />
        <IconButton icon={ChevronDown} label={words('find.next')} onClick={() => step(1)} />
        <button
          type="button"
          className="toggle"
          aria-pressed={options.match_case}
          data-tip={words('find.case')}
          aria-label={words('find.case')}
          onClick={() => look({ match_case: !options.match_case })}
        >
          Aa
        </button>
        <button
          type="button"
          className="toggle"
          aria-pressed={options.whole_words}
          data-tip={words('find.words')}
          aria-label={words('find.words')}
          onClick={() => look({ whole_words: !options.whole_words })}
        >
          <u>ab</u>
        </button>
        <IconButton icon={X} label={shared('close')} onClick={() => find.setOpen(false)} />
      </div>
      {canEdit && (
        <div className="find-line">
          <input
            className="input"
            dir="auto"
            aria-label={words('find.replace')}
            placeholder={words('find.replace')}
            value={replacement}
            onChange={(event) => setReplacement(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' || event.nativeEvent.isComposing) return
              event.preventDefault()
              replace()
            }}
          />
          <Button look="line" disabled={!found.length} onClick={replace}>
            {words('find.one')}
          </Button>
          <Button look="line" disabled={!found.length} aria-label={words('find.allLabel')} onClick={replaceAll}>
            {words('find.all')}
          </Button>
        </div>
      )}
    </search>
  )
}
