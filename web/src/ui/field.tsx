import { ChevronDown, Eye, EyeOff, TriangleAlert } from 'lucide-react'
import { type ComponentProps, type ReactNode, useId, useState } from 'react'
import { useWords } from '../i18n/index.ts'
import { shell } from '../i18n/shell/index.ts'
import { IconButton } from './button.tsx'
import { Icon } from './icon.tsx'

interface Labelled {
  label: ReactNode
  hint?: ReactNode
  error?: ReactNode
  /** At the end of the label's line: a link such as "Forgot it?". */
  aside?: ReactNode
  hideLabel?: boolean
}

export function Problem({ id, children }: { id?: string; children: ReactNode }) {
  return (
    <p className="problem" id={id}>
      <Icon of={TriangleAlert} />
      <span>{children}</span>
    </p>
  )
}

/** A browser heeds `autofocus` once a page, and this is one page for all: what appears later takes the focus itself. */
const focusAtOnce = (it: HTMLElement | null) => it?.focus()

/** Label, control, hint and error, tied together for assistive technology. The control gets what it must carry. */
export function Field({
  label,
  hint,
  error,
  aside,
  hideLabel,
  children,
}: Labelled & { children: (ties: { id: string; 'aria-describedby'?: string; 'aria-invalid'?: true }) => ReactNode }) {
  const id = useId()
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ')
  return (
    <div className="field">
      <div className={hideLabel ? 'vh' : 'top'}>
        <label htmlFor={id}>{label}</label>
        {aside}
      </div>
      {children({ id, 'aria-describedby': described || undefined, 'aria-invalid': error ? true : undefined })}
      {hint && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      <div role="alert" className="contents">
        {error && <Problem id={`${id}-error`}>{error}</Problem>}
      </div>
    </div>
  )
}

export function TextField({
  label,
  hint,
  error,
  aside,
  hideLabel,
  className = '',
  ...rest
}: Labelled & ComponentProps<'input'>) {
  return (
    <Field {...{ label, hint, error, aside, hideLabel }}>
      {(ties) => (
        <input
          {...rest}
          {...ties}
          ref={rest.autoFocus ? focusAtOnce : undefined}
          className={`input ${className}`}
          dir={rest.dir ?? 'auto'}
        />
      )}
    </Field>
  )
}

export function TextArea({
  label,
  hint,
  error,
  aside,
  hideLabel,
  className = '',
  ...rest
}: Labelled & ComponentProps<'textarea'>) {
  return (
    <Field {...{ label, hint, error, aside, hideLabel }}>
      {(ties) => <textarea {...rest} {...ties} className={`input ${className}`} dir={rest.dir ?? 'auto'} />}
    </Field>
  )
}

export function PasswordField({
  label,
  hint,
  error,
  aside,
  ...rest
}: Labelled & Omit<ComponentProps<'input'>, 'type'>) {
  const words = useWords(shell)
  const [shown, show] = useState(false)
  return (
    <Field {...{ label, hint, error, aside }}>
      {(ties) => (
        <div className="reveal">
          <input
            {...rest}
            {...ties}
            type={shown ? 'text' : 'password'}
            className="input"
            spellCheck={false}
            autoCapitalize="none"
          />
          <IconButton
            icon={shown ? EyeOff : Eye}
            label={words(shown ? 'password.hide' : 'password.show')}
            onClick={() => show(!shown)}
          />
        </div>
      )}
    </Field>
  )
}

export function Select({
  label,
  hint,
  error,
  aside,
  hideLabel,
  children,
  ...rest
}: Labelled & ComponentProps<'select'>) {
  return (
    <Field {...{ label, hint, error, aside, hideLabel }}>
      {(ties) => (
        <div className="select">
          <select {...rest} {...ties} className="input">
            {children}
          </select>
          <Icon of={ChevronDown} />
        </div>
      )}
    </Field>
  )
}

type Ticked = Omit<ComponentProps<'input'>, 'type' | 'onChange'> & {
  label: ReactNode
  hint?: ReactNode
  onChange?: (on: boolean) => void
}

export function Checkbox({ label, hint, onChange, ...rest }: Ticked) {
  return (
    <label className="check">
      <input {...rest} type="checkbox" onChange={(event) => onChange?.(event.target.checked)} />
      <span>{label}</span>
      {hint && <small>{hint}</small>}
    </label>
  )
}

export function Switch({ label, hint, onChange, ...rest }: Ticked) {
  return (
    <label className="switch">
      <span className="grow">
        {label}
        {hint && <small>{hint}</small>}
      </span>
      <input
        {...rest}
        type="checkbox"
        role="switch"
        aria-checked={rest.checked}
        onChange={(event) => onChange?.(event.target.checked)}
      />
    </label>
  )
}
