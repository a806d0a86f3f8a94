import type { LucideIcon } from 'lucide-react'

/** Twenty pixels, one stroke. Always beside a label, or inside a control that has a name. */
export function Icon({ of: Drawing, className = '' }: { of: LucideIcon; className?: string }) {
  return <Drawing className={`icon ${className}`} aria-hidden focusable={false} />
}

export function Mark() {
  return (
    <svg className="mk" viewBox="0 0 22 22" aria-hidden="true">
      <path d="M3 9.5v3M7 5v12M11 8.5v5M15 5v12M19 9.5v3" />
    </svg>
  )
}
