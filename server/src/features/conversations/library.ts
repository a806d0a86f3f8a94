import type { ConversationEvent, ConversationItem } from '@mina/contract'
import type { Audit } from '../../access/audit.ts'
import type { Principal } from '../../access/principal.ts'
import type { Clock } from '../../platform/clock.ts'
import { cursorDate, cursorId, readCursor, writeCursor } from '../../platform/paging/cursor.ts'
import { Refusal } from '../../platform/refusal.ts'
import { readingTogether } from '../../platform/together.ts'
import type { LibraryRows, ListFilter } from './library-rows.ts'
import { unknownConversation } from './policy.ts'
import { presentItem } from './present.ts'

/** So long a deleted conversation can be brought back. */
export const RESTORE_MS = 600_000

interface LibraryOptions {
  rows: LibraryRows
  clock: Clock
  audit: Audit
  /** Tells whatever runs for these conversations, here and elsewhere, that they are gone. */
  onGone: (userId: string, ids: string[]) => Promise<void>
  /** They are back: what was ended for them goes on, and pages are told. */
  onBack: (userId: string, conversations: ConversationEvent[]) => Promise<void>
  /** Removes rows, audio and artifacts now instead of at the next sweep. */
  removeNow: (userId: string, ids: string[]) => Promise<void>
}

interface Listing extends Omit<ListFilter, 'before'> {
  cursor?: string | undefined
}

interface Page {
  items: ConversationItem[]
  next_cursor: string | null
}

/** The list of a person's conversations, and what is done to many at once. */
export function libraryService({ rows, clock, audit, onGone, onBack, removeNow }: LibraryOptions) {
  async function remove(principal: Principal, ids: string[], now: boolean) {
    // What goes now is dated so that nobody can restore it, and the sweep ends what is interrupted here.
    const at = new Date(clock.now().getTime() - (now ? RESTORE_MS : 0))
    const hidden = await rows.hide(principal.userId, ids, at)
    if (hidden.length === 0) return hidden
    await onGone(principal.userId, hidden)
    if (now) await removeNow(principal.userId, hidden)
    for (const id of hidden) await audit.record({ action: 'delete', actorId: principal.userId, subjectId: id })
    return hidden
  }
  async function restore({ userId }: Principal, ids: string[]) {
    const back = await rows.restore(userId, ids, new Date(clock.now().getTime() - RESTORE_MS))
    if (back.length > 0) await onBack(userId, back)
    return back.map((it) => it.id)
  }

  async function page(userId: string, { cursor, ...filter }: Listing): Promise<Page> {
    const at = readCursor(cursor, 2)
    const before = at ? { createdAt: cursorDate(at[0]), id: cursorId(at[1]) } : null
    const found = await rows.list(userId, { ...filter, before, limit: filter.limit + 1 })
    const shown = found.slice(0, filter.limit)
    const last = shown.at(-1)
    return {
      items: shown.map(presentItem),
      next_cursor: found.length > filter.limit && last ? writeCursor(last.created_at, last.id) : null,
    }
  }
  const together = readingTogether<Page>()

  return {
    /** All pages of a person ask again at the same moment, when they are told that something changed. */
    list: (principal: Principal, asked: Listing) =>
      together(`${principal.userId} ${JSON.stringify(asked)}`, () => page(principal.userId, asked)),

    /** The rows of these ids, in this order; for search, which knows only ids. */
    async itemsOf(principal: Principal, ids: string[]): Promise<ConversationItem[]> {
      const found = new Map((await rows.listByIds(principal.userId, ids)).map((row) => [row.id, row]))
      return ids.flatMap((id) => found.get(id) ?? []).map(presentItem)
    },

    counts: (principal: Principal) => rows.counts(principal.userId),

    /** Out of sight, and nothing more: whoever hides tells of it. */
    hide: rows.hide,

    async remove(principal: Principal, id: string, now: boolean) {
      if ((await remove(principal, [id], now)).length === 0) throw unknownConversation()
    },
    async restore(principal: Principal, id: string) {
      if ((await restore(principal, [id])).length === 0) throw unknownConversation()
    },

    async bulk(
      principal: Principal,
      it: { ids: string[]; action: 'delete' | 'restore' | 'tag' | 'untag'; tag?: string | undefined },
    ) {
      if (it.action === 'delete') return await remove(principal, it.ids, false)
      if (it.action === 'restore') return await restore(principal, it.ids)
      if (!it.tag) throw new Refusal('bad_request', 'tag: is needed for this action.', { details: { field: 'tag' } })
      return await rows.tag(principal.userId, it.ids, it.tag, it.action === 'tag')
    },
  }
}

export type Library = ReturnType<typeof libraryService>
