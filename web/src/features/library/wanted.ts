import type { ConversationStatus } from '@mina/contract'
import { startOfDay, timeZone } from '../../i18n/index.ts'

/** What the library is asked for; the address keeps it. */
export interface Wanted {
  q?: string
  tag?: string
  filter?: 'open_tasks' | 'shared' | 'attention'
  status?: ConversationStatus
  language?: string
  /** Days such as 2026-11-21, the last one included, in the person's time zone. */
  from?: string
  to?: string
}

export const filters = ['open_tasks', 'shared', 'attention'] as const
export const statuses = ['final', 'processing', 'live', 'failed', 'draft'] as const

const text = (it: unknown) => (typeof it === 'string' && it ? it : typeof it === 'number' ? String(it) : undefined)
const day = (it: unknown) =>
  typeof it === 'string' && /^\d{4}-\d\d-\d\d$/.test(it) && !Number.isNaN(Date.parse(it)) ? it : undefined
const oneOf = <T extends string>(all: readonly T[], it: unknown) => all.find((one) => one === it)

export const wantedFrom = (it: Record<string, unknown>): Wanted => ({
  q: text(it.q),
  tag: text(it.tag),
  filter: oneOf(filters, it.filter),
  status: oneOf(statuses, it.status),
  language: text(it.language),
  from: day(it.from),
  to: day(it.to),
})

export const isAll = (wanted: Wanted) => Object.values(wanted).every((it) => it === undefined)

/** How many of those stand in the popover, and so are not seen. */
export const narrowed = ({ status, language, from, to }: Wanted) =>
  [status, language, from ?? to].filter((it) => it !== undefined).length

/** The same as the server is asked for it. */
export const queryOf = ({ from, to, ...rest }: Wanted) => ({
  ...rest,
  since: from && startOfDay(timeZone(), from).toISOString(),
  until: to && startOfDay(timeZone(), to, 1).toISOString(),
})
