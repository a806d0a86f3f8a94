import type { Clock } from '../../platform/clock.ts'
import type { Files } from '../../platform/files/port.ts'
import type { Log } from '../../platform/log.ts'
import type { Doomed, PrivacyRepository } from './repository.ts'

const CONVERSATIONS_A_BATCH = 100
/** Work that was under way may still write; what it wrote is looked for once more. */
const LOOK_AGAIN_MS = 900_000
const RETRY_MS = 300_000

const accountKey = (userId: string) => `users/${userId}/`

interface RemovalOptions {
  repository: PrivacyRepository
  files: Files
  clock: Clock
  log: Log
  /** So long after it was hidden a conversation can be brought back. */
  restoreMs: number
  /** Tells whatever runs for these conversations, here and elsewhere, that they are gone. */
  onGone: (userId: string, ids: string[]) => Promise<void>
}

/**
 * Takes rows, audio and artifacts away for good. Files are named in `doomed_files` in the very transaction that lets
 * go of them, so whatever interrupts this, the next sweep goes on where it ended.
 */
export function removalService({ repository, files, clock, log, restoreMs, onGone }: RemovalOptions) {
  const removeFile = (key: string) => (key.endsWith('/') ? files.removeAll(key) : files.remove(key))

  async function remove(doomed: Doomed) {
    while (await repository.removeSegments(doomed.id)) {
      // Batch after batch.
    }
    await repository.removeConversation(doomed, clock.now())
  }

  async function removeRowsOf(userId: string) {
    for (;;) {
      const some = await repository.conversationsOf(userId, CONVERSATIONS_A_BATCH)
      if (some.length === 0) break
      await onGone(
        userId,
        some.map((it) => it.id),
      )
      for (const it of some) await remove(it)
    }
    await repository.removeUser(userId)
  }

  /** Answers when to come back, if at all. */
  async function attempt(key: string): Promise<Date | null> {
    try {
      await removeFile(key)
      return null
    } catch (error) {
      log.warn({ error: (error as Error).name }, 'a deleted file could not be removed yet')
      return new Date(clock.now().getTime() + RETRY_MS)
    }
  }

  async function removeFiles(signal?: AbortSignal) {
    let more = true
    while (more && !signal?.aborted) more = await repository.withDueFile(clock.now(), attempt)
  }

  async function removeAccount(userId: string) {
    const key = accountKey(userId)
    await removeRowsOf(userId)
    const again = await attempt(key)
    await repository.doom(key, again ?? new Date(clock.now().getTime() + LOOK_AGAIN_MS))
  }

  return {
    /** These conversations, which nobody sees any more, go now. */
    async removeNow(userId: string, ids: readonly string[]) {
      for (const id of ids) await remove({ id, user_id: userId })
      await removeFiles()
    },

    /** What was hidden long enough, and files that nobody claimed. */
    async sweep(signal?: AbortSignal) {
      const moment = new Date(clock.now().getTime() - restoreMs)
      for (;;) {
        const some = await repository.hiddenUntil(moment, CONVERSATIONS_A_BATCH)
        for (const it of some) {
          if (signal?.aborted) return
          await remove(it)
        }
        if (some.length < CONVERSATIONS_A_BATCH) break
      }
      for (const userId of await repository.closedAccounts(clock.now())) await removeAccount(userId)
      await removeFiles(signal)
    },

    /** The account and all that is its own. Once it is closed, an interruption only delays the rest. */
    async erase(userId: string) {
      await repository.close(userId, accountKey(userId), clock.now())
      await removeAccount(userId)
    },
  }
}

export type Removal = ReturnType<typeof removalService>
