import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { clock, useFormats, useWords } from '../../i18n/index.ts'
import { Marked } from './marked.tsx'
import { searchMessages } from './messages/index.ts'

export interface FoundConversation {
  id: string
  title: string
  title_marked?: string | undefined
  created_at: string
}

/** What was found in one conversation: its name at the side, the places in the order given. Without one its name was found. */
export function FoundIn({ of, count, children }: { of: FoundConversation; count: number; children: ReactNode }) {
  const words = useWords(searchMessages)
  const say = useFormats()
  return (
    <section aria-labelledby={`found-${of.id}`}>
      <header>
        <h2 id={`found-${of.id}`}>
          <Link to="/conversation/$id" params={{ id: of.id }} dir="auto">
            {of.title_marked ? <Marked snippet={of.title_marked} /> : of.title}
          </Link>
        </h2>
        <p className="small muted">
          <time dateTime={of.created_at}>{say.date(of.created_at)}</time>
          <span>{count > 0 ? words('places', { count }) : words('title')}</span>
        </p>
      </header>
      {count > 0 && <ul>{children}</ul>}
    </section>
  )
}

interface PlaceProps {
  conversation: string
  /** Where it opens. */
  start_ms: number
  speaker: string | null | undefined
  children: ReactNode
}

export function Place({ conversation, start_ms, speaker, children }: PlaceProps) {
  return (
    <li>
      <Link
        to="/conversation/$id"
        params={{ id: conversation }}
        search={{ t: Math.floor(start_ms / 1000) }}
        className="place"
      >
        <time>{clock(start_ms)}</time>
        <span className="grow" dir="auto">
          {speaker && <b>{speaker}: </b>}
          {children}
        </span>
      </Link>
    </li>
  )
}
