import { type ReactNode, type RefObject, useCallback, useEffect, useId, useRef, useState } from 'react'
import { place } from './place.ts'

export interface Opener {
  id: string
  'aria-expanded': boolean
  'aria-controls': string
  'aria-haspopup': 'menu' | 'dialog'
  onClick: () => void
  ref: RefObject<HTMLButtonElement | null>
}

/** The browser's popover (top layer, closes by Esc and by a click elsewhere), placed beside its opener. */
export function usePopover(kind: 'menu' | 'dialog') {
  const [open, setOpen] = useState(false)
  const opener = useRef<HTMLButtonElement>(null)
  const body = useRef<HTMLDivElement>(null)
  const id = useId()

  const close = useCallback(() => body.current?.hidePopover(), [])
  const toggle = () => {
    if (body.current?.matches(':popover-open')) close()
    else body.current?.showPopover()
  }

  useEffect(() => {
    const at = opener.current
    const it = body.current
    if (!open || !at || !it) return
    const settle = () => place(it, at.getBoundingClientRect())
    settle()
    addEventListener('resize', settle)
    addEventListener('scroll', settle, { capture: true, passive: true })
    return () => {
      removeEventListener('resize', settle)
      removeEventListener('scroll', settle, { capture: true })
    }
  }, [open])

  const controls: Opener = {
    id: `${id}-opener`,
    'aria-expanded': open,
    'aria-controls': id,
    'aria-haspopup': kind,
    onClick: toggle,
    ref: opener,
  }
  const popover = {
    id,
    ref: body,
    popover: 'auto' as const,
    onToggle: (event: { newState: string }) => setOpen(event.newState === 'open'),
  }
  return { open, close, controls, popover }
}

export function Popover({
  opener,
  children,
  label,
}: {
  opener: (it: Opener) => ReactNode
  children: ReactNode
  label: string
}) {
  const { open, controls, popover } = usePopover('dialog')
  return (
    <>
      {opener(controls)}
      <div {...popover} className="pop body" role="dialog" aria-label={label}>
        {open && children}
      </div>
    </>
  )
}
