import { X } from 'lucide-react'
import { type ReactNode, useEffect, useId, useRef } from 'react'
import { useWords } from '../i18n/index.ts'
import { shell } from '../i18n/shell/index.ts'
import { IconButton } from './button.tsx'

interface DialogProps {
  open: boolean
  /** Esc, the cross or a click beside it. */
  onClose: () => void
  title: string
  children: ReactNode
  /** The buttons: the thing to do comes last. */
  foot?: ReactNode
  wide?: boolean
  hideTitle?: boolean
  className?: string
}

/** The browser's own modal: it keeps the focus inside, and gives it back where it was. */
function Modal({
  open,
  onClose,
  title,
  children,
  foot,
  className = '',
  hideTitle,
  grip,
}: DialogProps & { grip?: boolean }) {
  const words = useWords(shell)
  const frame = useRef<HTMLDialogElement>(null)
  const id = useId()
  useEffect(() => {
    const dialog = frame.current
    if (!dialog || dialog.open === open) return
    if (open) dialog.showModal()
    else dialog.close()
  }, [open])
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the click is on the ground beside it; the key for that is Esc, which the browser handles
    <dialog
      ref={frame}
      className={className}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onClose={() => open && onClose()}
      onClick={(event) => event.target === frame.current && onClose()}
    >
      {open && (
        <>
          {grip && <div className="sheet-grip" aria-hidden="true" />}
          <div className={hideTitle ? 'vh' : 'dialog-head'}>
            <h2 id={id}>{title}</h2>
            {!hideTitle && <IconButton icon={X} label={words('close')} onClick={onClose} />}
          </div>
          {hideTitle ? children : <div className="dialog-body">{children}</div>}
          {foot && <div className="dialog-foot">{foot}</div>}
        </>
      )}
    </dialog>
  )
}

export const Dialog = ({ wide, className = '', ...rest }: DialogProps) => (
  <Modal {...rest} className={`dialog ${wide ? 'wide' : ''} ${className}`} />
)

/** From the side on a desktop, from below on a phone. */
export const Sheet = ({ className = '', ...rest }: DialogProps) => (
  <Modal {...rest} grip className={`sheet ${className}`} />
)
