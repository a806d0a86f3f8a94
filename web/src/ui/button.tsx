import type { LucideIcon } from 'lucide-react'
import type { ComponentProps, ReactNode } from 'react'
import { Icon } from './icon.tsx'

type Look = 'quiet' | 'line' | 'go' | 'text' | 'danger' | 'danger-line' | 'mark'
const classes: Record<Look, string> = {
  quiet: '',
  line: 'line',
  go: 'go',
  text: 'text',
  danger: 'danger',
  'danger-line': 'danger line',
  mark: 'mark',
}

export interface ButtonLook {
  look?: Look
  big?: boolean
  icon?: LucideIcon
}

export const buttonClass = ({ look = 'quiet', big }: ButtonLook, more = '') =>
  `btn ${classes[look]} ${big ? 'big' : ''} ${more}`

type ButtonProps = ButtonLook & ComponentProps<'button'> & { busy?: boolean; children: ReactNode }

/** `busy` keeps the button focusable, so that the focus is not lost while the server answers. */
export function Button({ look, big, icon, busy, className, children, onClick, type = 'button', ...rest }: ButtonProps) {
  return (
    <button
      {...rest}
      type={busy ? 'button' : type}
      className={buttonClass({ look, big }, className)}
      aria-busy={busy || undefined}
      onClick={busy ? undefined : onClick}
    >
      {icon && <Icon of={icon} />}
      {children}
    </button>
  )
}

type IconButtonProps = Omit<ComponentProps<'button'>, 'aria-label' | 'children'> & {
  icon: LucideIcon
  label: string
  /** Shown in the tip beside the label, such as `H`. */
  keys?: string
}

/** The label is its name and its tip (see tip-layer.tsx). */
export function IconButton({ icon, label, keys, className = '', type = 'button', ...rest }: IconButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      className={`ib ${className}`}
      aria-label={label}
      data-tip={label}
      data-tip-keys={keys}
    >
      <Icon of={icon} />
    </button>
  )
}
