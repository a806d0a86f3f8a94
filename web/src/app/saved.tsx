import { Check, CloudOff, RefreshCw, X } from 'lucide-react'
import { useState } from 'react'
import { useWords } from '../i18n/index.ts'
import { shell } from '../i18n/shell/index.ts'
import { IconButton } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { useOnline, useSaving } from './saving.ts'

/** Always in sight: what is safe, and what waits. */
export function Saved() {
  const words = useWords(shell)
  const { online, saving, waiting } = useSaving()
  const { files, changes } = waiting
  const unsent = changes
    ? words('saved.waiting', { count: changes })
    : files
      ? words('saved.files', { count: files })
      : undefined
  const [icon, text] = !online
    ? [CloudOff, unsent ?? words('offline.short')]
    : unsent
      ? [RefreshCw, unsent]
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

/** Floats over the page, whose text stays where it is read. Put aside it is small, and whole again the next time. */
export function OfflineLine() {
  const words = useWords(shell)
  const online = useOnline()
  const [aside, putAside] = useState(false)
  if (online && aside) putAside(false)
  return (
    <div role="status" className="offline-line">
      {!online &&
        (aside ? (
          <IconButton icon={CloudOff} label={words('offline.short')} onClick={() => putAside(false)} />
        ) : (
          <p>
            <Icon of={CloudOff} />
            <span>{words('offline.line')}</span>
            <IconButton icon={X} label={words('close')} onClick={() => putAside(true)} />
          </p>
        ))}
    </div>
  )
}
