import { Copy, Highlighter, Link, type LucideIcon, SquareCheck } from 'lucide-react'
import { useLayoutEffect, useRef } from 'react'
import { useWords } from '../../i18n/index.ts'
import { Icon } from '../../ui/icon.tsx'
import { conversationMessages } from './messages/index.ts'
import type { Passage, Selected } from './selected.ts'

export interface SelectionActions {
  highlight: (it: Passage) => void
  task: (it: Passage) => void
  copy: (it: Passage) => void
  share: (it: Passage) => void
}

const gap = 8

/** One small bar above what is selected; below it where there is no room. */
export function SelectionBar({ selected, actions }: { selected: Selected; actions: SelectionActions }) {
  const words = useWords(conversationMessages)
  const bar = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const it = bar.current
    if (!it) return
    const { left, right, top, bottom } = selected.at
    const { offsetWidth: width, offsetHeight: height } = it
    const screen = document.documentElement.clientWidth
    const coarse = matchMedia('(pointer: coarse)').matches
    // The system's own bar stands above the selection on a touch screen.
    const above = !coarse && top - height - gap > 60
    it.style.top = `${above ? top - height - gap : Math.min(bottom + gap, innerHeight - height - gap)}px`
    it.style.left = `${Math.max(8, Math.min((left + right - width) / 2, screen - width - 8))}px`
  }, [selected])
  const button = (icon: LucideIcon, label: string, run: (it: Passage) => void, kind = '') => (
    <button type="button" className={kind} onClick={() => run(selected)}>
      <Icon of={icon} />
      {label}
    </button>
  )
  return (
    // Pressing a button must not take the selection away that it is about.
    <div
      ref={bar}
      className="selbar"
      role="toolbar"
      aria-label={words('select.bar')}
      onPointerDown={(event) => event.preventDefault()}
      onMouseDown={(event) => event.preventDefault()}
    >
      {button(Highlighter, words('select.highlight'), actions.highlight, 'hl')}
      {button(SquareCheck, words('select.task'), actions.task)}
      {button(Copy, words('select.copy'), actions.copy)}
      {button(Link, words('select.share'), actions.share)}
    </div>
  )
}
