import { CircleAlert, type LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { useFailureText } from '../api/failure.ts'
import { useWords } from '../i18n/index.ts'
import { shell } from '../i18n/shell/index.ts'
import { Button } from './button.tsx'
import { Icon } from './icon.tsx'

interface NoticeProps {
  icon: LucideIcon
  title: string
  text?: ReactNode
  /** What to do next: buttons and links. */
  tools?: ReactNode
  warn?: boolean
}

/** An empty page that teaches, or a page that can not be: a picture, a sentence, the next step. */
export function Notice({ icon, title, text, tools, warn }: NoticeProps) {
  return (
    <div className="state">
      <span className={`disc ${warn ? 'warn' : ''}`}>
        <Icon of={icon} />
      </span>
      <h1>{title}</h1>
      {text && <p>{text}</p>}
      {tools && <div className="tools">{tools}</div>}
    </div>
  )
}

/** Part of a page that failed to load: says why, keeps the rest of the page, offers another try. */
export function FailedPart({ failure, retry }: { failure: unknown; retry?: () => void }) {
  const words = useWords(shell)
  const say = useFailureText()
  return (
    <div className="told warn" role="alert">
      <Icon of={CircleAlert} />
      <span className="grow">{say(failure)}</span>
      {retry && (
        <Button look="line" onClick={retry}>
          {words('retry')}
        </Button>
      )}
    </div>
  )
}

/** A sentence that stands out a little: something happened, or should be known. */
export function Told({
  icon,
  kind = '',
  children,
}: {
  icon: LucideIcon
  kind?: '' | 'good' | 'warn'
  children: ReactNode
}) {
  return (
    <div className={`told ${kind}`}>
      <Icon of={icon} />
      <div className="grow">{children}</div>
    </div>
  )
}

export function Badge({
  kind = '',
  children,
}: {
  kind?: '' | 'good' | 'warn' | 'record' | 'accent'
  children: ReactNode
}) {
  return <span className={`badge ${kind}`}>{children}</span>
}

/** `part` from 0 to 1; without it, work of unknown length. */
export function Progress({ part, label }: { part?: number; label: string }) {
  const percent = part === undefined ? undefined : Math.round(Math.max(0, Math.min(1, part)) * 100)
  return (
    <span
      className={`prog ${percent === undefined ? 'unknown' : ''}`}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
    >
      <i style={percent === undefined ? undefined : { width: `${percent}%` }} />
    </span>
  )
}
