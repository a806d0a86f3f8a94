import { Check, type LucideIcon } from 'lucide-react'
import { type KeyboardEvent, type ReactNode, useEffect } from 'react'
import { Icon } from './icon.tsx'
import { type Opener, usePopover } from './popover.tsx'

export interface Choice {
  label: string
  icon?: LucideIcon
  keys?: string
  danger?: boolean
  disabled?: boolean
  /** For a choice among several: shows a tick. */
  chosen?: boolean
  onChoose: () => void
}

/** `null` draws a line between groups. */
export function Menu({
  opener,
  choices,
  label,
}: {
  opener: (it: Opener) => ReactNode
  choices: (Choice | null)[]
  label: string
}) {
  const { open, close, controls, popover } = usePopover('menu')

  useEffect(() => {
    if (open) popover.ref.current?.querySelector<HTMLElement>('.choice:not(:disabled)')?.focus()
  }, [open, popover.ref])

  return (
    <>
      {opener(controls)}
      <div {...popover} className="pop menu" role="menu" aria-label={label} onKeyDown={(event) => walk(event, close)}>
        {open &&
          choices.map((choice, at) =>
            choice ? (
              <button
                key={choice.label}
                type="button"
                {...(choice.chosen === undefined
                  ? { role: 'menuitem' }
                  : { role: 'menuitemradio', 'aria-checked': choice.chosen })}
                tabIndex={-1}
                className={`choice ${choice.danger ? 'danger' : ''}`}
                disabled={choice.disabled}
                onClick={() => {
                  close()
                  choice.onChoose()
                }}
              >
                {choice.icon && <Icon of={choice.icon} />}
                {choice.label}
                {choice.keys && <kbd>{choice.keys}</kbd>}
                {choice.chosen && <Icon of={Check} className="tick" />}
              </button>
            ) : (
              // biome-ignore lint/suspicious/noArrayIndexKey: a line has nothing but its place
              <hr key={at} />
            ),
          )}
      </div>
    </>
  )
}

/** Arrows, Home and End move; a letter goes to the next choice that begins with it; Tab leaves. */
function walk(event: KeyboardEvent<HTMLDivElement>, close: () => void) {
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>('.choice:not(:disabled)')]
  const at = all.indexOf(document.activeElement as HTMLElement)
  const go = (to: number) => {
    event.preventDefault()
    all[(to + all.length) % all.length]?.focus()
  }
  if (event.key === 'ArrowDown') go(at + 1)
  else if (event.key === 'ArrowUp') go(at < 0 ? -1 : at - 1)
  else if (event.key === 'Home') go(0)
  else if (event.key === 'End') go(-1)
  else if (event.key === 'Tab') close()
  else if (event.key.length === 1 && event.key !== ' ') {
    const letter = event.key.toLocaleLowerCase()
    const next = [...all.slice(at + 1), ...all].find((it) => it.textContent?.toLocaleLowerCase().startsWith(letter))
    next?.focus()
  }
}
