import { TriangleAlert, X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useWords } from '../i18n/index.ts'
import { shell } from '../i18n/shell/index.ts'
import { Button, IconButton } from './button.tsx'
import { Icon } from './icon.tsx'
import { dismiss, readingTime, type Shown, useToasts } from './toast.ts'

function One({ it }: { it: Shown }) {
  const words = useWords(shell)
  const [held, hold] = useState(false)
  useEffect(() => {
    const time = readingTime(it)
    if (held || !Number.isFinite(time)) return
    const timer = setTimeout(() => dismiss(it.id), time)
    return () => clearTimeout(timer)
  }, [it, held])
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: waiting while it is read is no interaction of its own
    <div
      className={`toast ${it.kind ?? ''}`}
      onPointerEnter={() => hold(true)}
      onPointerLeave={() => hold(false)}
      onFocus={() => hold(true)}
      onBlur={() => hold(false)}
    >
      {it.kind === 'warn' && <Icon of={TriangleAlert} />}
      <p className="grow" dir="auto">
        {it.text}
      </p>
      {it.action && (
        <Button
          onClick={() => {
            dismiss(it.id)
            it.action?.run()
          }}
        >
          {it.action.label}
        </Button>
      )}
      <IconButton icon={X} label={words('close')} onClick={() => dismiss(it.id)} />
    </div>
  )
}

/** In the top layer, so that it is seen over a dialogue too. */
export function Toasts() {
  const all = useToasts()
  const area = useRef<HTMLDivElement>(null)
  const some = all.length > 0
  useEffect(() => {
    if (!some) return
    const it = area.current
    it?.showPopover()
    return () => it?.hidePopover()
  }, [some])
  return (
    <div ref={area} className="toasts" popover="manual" role="status">
      {all.map((it) => (
        <One key={it.id} it={it} />
      ))}
    </div>
  )
}
