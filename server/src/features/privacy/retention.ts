import type { Audit } from '../../access/audit.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Files } from '../../platform/files/port.ts'
import type { Removal } from './removal.ts'
import type { PrivacyRepository } from './repository.ts'

const DAY_MS = 86_400_000
const USERS_A_BATCH = 100
const ROWS_A_BATCH = 100
/** No upload takes longer than this; what is left of one that old was broken off. */
const BROKEN_OFF_MS = 2 * DAY_MS

interface RetentionOptions {
  repository: PrivacyRepository
  removal: Removal
  files: Files
  audit: Pick<Audit, 'record'>
  clock: Clock
  /** Tells whatever runs for these conversations, here and elsewhere, that they are gone. */
  onGone: (userId: string, ids: string[]) => Promise<void>
}

/** Lets go of what its owner wanted kept only so many days, counted from the day of the conversation. */
export function retentionService({ repository, removal, files, audit, clock, onGone }: RetentionOptions) {
  const daysAgo = (days: number) => new Date(clock.now().getTime() - days * DAY_MS)

  /** The wish is the owner's, so the deed is too. */
  async function recorded(userId: string, ids: readonly string[], what: 'conversation' | 'audio') {
    for (const id of ids)
      await audit.record({ action: 'delete', actorId: userId, subjectId: id, details: { what, by: 'retention' } })
  }

  async function forgetConversations(userId: string, days: number) {
    for (;;) {
      const old = await repository.oldConversations(userId, daysAgo(days), ROWS_A_BATCH)
      if (old.length === 0) return
      const ids = old.map((it) => it.id)
      await repository.hide(ids, new Date(0))
      await onGone(userId, ids)
      await removal.removeNow(userId, ids)
      await recorded(userId, ids, 'conversation')
    }
  }

  async function forgetAudio(userId: string, days: number) {
    for (;;) {
      const ids = await repository.forgetOldAudio(userId, daysAgo(days), clock.now(), ROWS_A_BATCH)
      await recorded(userId, ids, 'audio')
      if (ids.length < ROWS_A_BATCH) return
    }
  }

  return async function run(signal?: AbortSignal) {
    let after: string | null = null
    while (!signal?.aborted) {
      const some = await repository.withRetention(after, USERS_A_BATCH)
      for (const { id, settings } of some) {
        if (settings.keep_conversations_days) await forgetConversations(id, settings.keep_conversations_days)
        if (settings.keep_audio_days) await forgetAudio(id, settings.keep_audio_days)
      }
      after = some.at(-1)?.id ?? null
      if (some.length < USERS_A_BATCH) break
    }
    await removal.sweep(signal)
    await files.sweep(new Date(clock.now().getTime() - BROKEN_OFF_MS))
  }
}
