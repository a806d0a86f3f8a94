import type { LucideIcon } from 'lucide-react'
import type { ComponentProps, ReactNode } from 'react'
import { Icon } from './icon.tsx'

interface WayProps extends Omit<ComponentProps<'li'>, 'title' | 'children'> {
  icon: LucideIcon
  title: string
  text: string
  /** What one presses to take it. */
  children: ReactNode
}

/** One of the ways to begin: a sign, what it is, and its button. */
export function Way({ icon, title, text, children, ...rest }: WayProps) {
  return (
    <li {...rest}>
      <span className="ic">
        <Icon of={icon} />
      </span>
      <div>
        <h2>{title}</h2>
        <p>{text}</p>
      </div>
      {children}
    </li>
  )
}
