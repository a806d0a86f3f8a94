import type { ReactNode } from 'react'
import { useWords } from '../../i18n/index.ts'
import { PasswordField } from '../../ui/field.tsx'
import { identityMessages } from './messages/index.ts'
import { missing, strength } from './strength.ts'

const names = ['weak', 'weak', 'fair', 'good', 'strong'] as const

/** A password to be chosen: the rule while it is typed, and how easily it would be guessed. */
export function NewPassword({
  label,
  value,
  onChange,
  checked = false,
  error,
}: {
  label: string
  value: string
  onChange: (it: string) => void
  /** The form was sent: what is missing is no hint any more. */
  checked?: boolean
  error?: ReactNode
}) {
  const words = useWords(identityMessages)
  const score = strength(value)
  const lacks = missing(value)
  const lacking = !value
    ? words('field.required')
    : lacks?.what === 'short'
      ? words('password.short', { count: lacks.count })
      : lacks && words(`password.${lacks.what}`)
  const hint = !value || (lacks && checked) ? words('password.rule') : (lacking ?? words(`password.${names[score]}`))
  return (
    <div className="grid gap-2">
      <PasswordField
        label={label}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        autoComplete="new-password"
        error={checked && lacking ? lacking : error}
        hint={<span aria-live="polite">{hint}</span>}
        required
      />
      <div
        className={`strength s${score}`}
        role="meter"
        aria-label={words('password.strength')}
        aria-valuemin={0}
        aria-valuemax={4}
        aria-valuenow={score}
        aria-valuetext={value ? words(`password.${names[score]}`) : undefined}
      >
        {[1, 2, 3, 4].map((step) => (
          <i key={step} className={step <= score ? 'on' : ''} />
        ))}
      </div>
    </div>
  )
}
