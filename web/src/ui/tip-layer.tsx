import { useEffect, useRef } from 'react'
import { place } from './place.ts'

/** The narrow rail hides its labels, the wide one shows them: then the tip would only repeat what stands there. */
const saysItself = (it: HTMLElement) =>
  [...it.children].some((part) => part.textContent === it.dataset.tip && part.getBoundingClientRect().width > 1)

/**
 * One tip for the whole app: anything with `data-tip` shows it after a moment of hovering, at once when it is focused by
 * keyboard, and hides it by Esc. The text is already the control's name, so assistive technology does not need the tip.
 */
export function TipLayer() {
  const tip = useRef<HTMLDivElement>(null)
  useEffect(() => {
    let timer = 0
    let owner: Element | null = null
    const hide = () => {
      clearTimeout(timer)
      owner = null
      if (tip.current?.matches(':popover-open')) tip.current.hidePopover()
    }
    const show = (it: HTMLElement) => {
      if (!tip.current || !it.isConnected || saysItself(it)) return
      const keys = it.dataset.tipKeys
      tip.current.replaceChildren(
        it.dataset.tip ?? '',
        ...(keys ? [Object.assign(document.createElement('kbd'), { textContent: keys })] : []),
      )
      tip.current.showPopover()
      place(tip.current, it.getBoundingClientRect(), 'centre')
    }
    const near = (event: Event) => (event.target as Element | null)?.closest?.<HTMLElement>('[data-tip]') ?? null
    const over = (event: Event) => {
      const it = near(event)
      if (it === owner) return
      hide()
      owner = it
      if (it) timer = window.setTimeout(() => show(it), 450)
    }
    const focus = (event: Event) => {
      const it = near(event)
      if (it?.matches(':focus-visible')) {
        hide()
        owner = it
        // Later, because the focus may move while something else is being shown.
        timer = window.setTimeout(() => show(it), 50)
      }
    }
    const key = (event: KeyboardEvent) => event.key === 'Escape' && hide()
    const events: [string, EventListener][] = [
      ['mouseover', over],
      ['focusin', focus],
      ['focusout', hide],
      ['pointerdown', hide],
      ['keydown', key as EventListener],
    ]
    for (const [name, listener] of events) document.addEventListener(name, listener)
    return () => {
      for (const [name, listener] of events) document.removeEventListener(name, listener)
      hide()
    }
  }, [])
  return <div ref={tip} className="tip" popover="manual" aria-hidden="true" />
}
