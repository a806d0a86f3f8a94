import type { ReactNode } from 'react'
import { useWords } from '../../i18n/index.ts'
import { shell } from '../../i18n/shell/index.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { toast } from '../../ui/toast.ts'
import { settingsMessages } from './messages/index.ts'

export function Section({
  title,
  lead,
  action,
  children,
}: {
  title: string
  lead?: ReactNode
  action?: ReactNode
  children: ReactNode
}) {
  return (
    <section className="sect">
      <div className="top">
        <div className="grow">
          <h2>{title}</h2>
          {lead && <p>{lead}</p>}
        </div>
        {action}
      </div>
      {children}
    </section>
  )
}

/** A secret that is shown this one time. */
export function Once({ title, text, secret, done }: { title: string; text: string; secret: string; done: () => void }) {
  const words = useWords(settingsMessages)
  return (
    <div className="once" role="status">
      <p>
        <b>{title}</b> {text}
      </p>
      <div className="key">
        <code>{secret}</code>
        <Button look="go" onClick={() => void navigator.clipboard.writeText(secret).then(() => toast(words('copied')))}>
          {words('copy')}
        </Button>
        <Button onClick={done}>{words('done')}</Button>
      </div>
    </div>
  )
}

/** For the few things that nothing can bring back. */
export function Sure({
  title,
  text,
  go,
  busy,
  onGo,
  onClose,
  danger = true,
  children,
}: {
  title: string
  text: string
  go: string
  busy?: boolean
  onGo: () => void
  onClose: () => void
  danger?: boolean
  children?: ReactNode
}) {
  const shared = useWords(shell)
  return (
    <Dialog
      open
      title={title}
      onClose={onClose}
      foot={
        <>
          <Button look="line" onClick={onClose}>
            {shared('cancel')}
          </Button>
          <Button look={danger ? 'danger-line' : 'go'} busy={busy} onClick={onGo}>
            {go}
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        <p>{text}</p>
        {children}
      </div>
    </Dialog>
  )
}
