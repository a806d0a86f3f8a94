import { Check, CloudOff, RefreshCw } from 'lucide-react'
import { useWords } from '../i18n/index.ts'
import { shell } from '../i18n/shell/index.ts'
import { Icon } from '../ui/icon.tsx'
import { useSaving } from './saving.ts'

/** Always in sight: what is safe, and what waits. */
export function Saved() {
  const words = useWords(shell)
  const { online, saving, waiting } = useSaving()
  const [icon, text] = !online
    ? [CloudOff, waiting ? words('saved.waiting', { count: waiting }) : words('offline.short')]
    : waiting
      ? [RefreshCw, words('saved.waiting', { count: waiting })]
      : saving
        ? [RefreshCw, words('saved.saving')]
        : [Check, words('saved.all')]
  return (
    <output className={`saved ${icon === Check ? '' : 'waiting'}`}>
      <Icon of={icon} />
      <span>{text}</span>
    </output>
  )
}

export function OfflineLine() {
  const words = useWords(shell)
  const { online } = useSaving()
  return (
    <div role="status" className="offline-line">
      {!online && (
        <p className="banner">
          <Icon of={CloudOff} />
          <span>{words('offline.line')}</span>
        </p>
      )}
    </div>
  )
}
