import type { ConversationItem } from '@mina/contract'
import type { Formats } from '../../i18n/index.ts'

export interface Listed {
  item: ConversationItem
  /** Stands in the margin beside the first conversation of a day. */
  day: { name: string; date: string | null } | null
}

const known = new WeakMap<Formats, WeakMap<ConversationItem, string>>()

/** Remembered: a long list is gone through again with each page that arrives. */
function remembering(say: Formats) {
  const days = known.get(say) ?? new WeakMap<ConversationItem, string>()
  known.set(say, days)
  return (it: ConversationItem) => {
    const day = days.get(it) ?? say.dayOf(it.created_at)
    days.set(it, day)
    return day
  }
}

/** Results of a search come best first: there the days would be confetti, and each row says its own. */
export function byDay(items: readonly ConversationItem[], say: Formats, now = new Date()): Listed[] {
  const dayOf = remembering(say)
  return items.map((item, at) => {
    const before = items[at - 1]
    if (before && dayOf(before) === dayOf(item)) return { item, day: null }
    return { item, day: { name: say.dayName(item.created_at, now), date: say.dayDate(item.created_at, now) } }
  })
}
