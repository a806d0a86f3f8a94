import type { Segment } from '@mina/contract'
import { CaseSensitive, ChevronDown, ChevronUp, WholeWord, X } from 'lucide-react'
import { type KeyboardEvent, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react'
import { useWords } from '../../i18n/index.ts'
import { shell } from '../../i18n/shell/index.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { conversationMessages } from './messages/index.ts'
import { type FindOptions, type Found, findAll, nearest } from './pieces.ts'

const nothing: Found[] = []

/**
 * What is looked for in the whole text, drawn or not, and which of the places is looked at: at first the nearest to the
 * passage that is seen or heard when the search begins.
 */
export function useFind(segments: readonly Segment[], whereNow: () => number) {
  /** Counts how often it was asked for: the one who asks again wants to write. */
  const [begun, setBegun] = useState(0)
  const [open, setOpen] = useState(false)
  const [options, setOptions] = useState<FindOptions>({ find: '', match_case: false, whole_words: false })
  const [from, setFrom] = useState(0)
  const [stepped, setStepped] = useState<number>()
  const wanted = useDeferredValue(options)
  const found = useMemo(() => (open ? findAll(segments, wanted) : nothing), [open, segments, wanted])
  const at = Math.min(stepped ?? nearest(found, from), Math.max(0, found.length - 1))
  const chosen = found[at]
  return {
    open,
    begun,
    begin() {
      if (!open) {
        setFrom(whereNow())
        setStepped(undefined)
      }
      setOpen(true)
      setBegun((now) => now + 1)
    },
    close: () => setOpen(false),
    options,
    found,
    chosen,
    at,
    look(next: Partial<FindOptions>) {
      setOptions((now) => ({ ...now, ...next }))
      // Whoever stepped further looks on from there.
      if (stepped !== undefined && chosen) setFrom(chosen.segment)
      setStepped(undefined)
    },
    step: (by: 1 | -1) => found.length && setStepped((at + by + found.length) % found.length),
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
  const { begun, options, found, at, look, step } = find
  // biome-ignore lint/correctness/useExhaustiveDependencies: each time it is asked for
  useEffect(() => {
    box.current?.focus()
    box.current?.select()
  }, [begun])
  const key = (event: KeyboardEvent) => {
    if (event.key === 'Escape') find.close()
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
          <Icon of={CaseSensitive} />
        </button>
        <button
          type="button"
          className="toggle"
          aria-pressed={options.whole_words}
          data-tip={words('find.words')}
          aria-label={words('find.words')}
          onClick={() => look({ whole_words: !options.whole_words })}
        >
          <Icon of={WholeWord} />
        </button>
        <IconButton icon={X} label={shared('close')} onClick={() => find.close()} />
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
