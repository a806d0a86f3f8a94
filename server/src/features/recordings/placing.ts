import type { Clock } from '../../platform/clock.ts'
import type { Db } from '../../platform/database/connect.ts'
import { ORPHAN_MS, postponing } from '../../platform/files/orphans.ts'
import type { FileSource, Files, StoredFile } from '../../platform/files/port.ts'
import type { Log } from '../../platform/log.ts'
import { Refusal } from '../../platform/refusal.ts'
import type { RecordingRepository } from './repository.ts'

interface PlacingOptions {
  clock: Clock
  files: Files
  repository: RecordingRepository
  log: Log
}

/** Files and rows become true together, as far as two stores can: what is left over is always on the sweep's list. */
export function placingService({ clock, files, repository, log }: PlacingOptions) {
  return {
    keyOf: (owner: { userId: string }, conversationId: string, ending: string) =>
      `users/${owner.userId}/conversations/${conversationId}/audio.${ending}`,

    /** Puts a file in its place, and takes it away again unless what follows succeeds. */
    async place<T>(key: string, source: FileSource, then: (stored: StoredFile) => Promise<T>): Promise<T> {
      const soon = () => new Date(clock.now().getTime() + ORPHAN_MS)
      await repository.doom(key, soon())
      try {
        const put = () => files.put(key, source)
        return await then(await postponing(() => repository.postpone(key, soon()), put))
      } catch (error) {
        try {
          await files.remove(key)
          await repository.forget(key)
        } catch (failure) {
          log.warn({ error: (failure as Error).name }, 'a file that nobody needs waits for the sweep')
        }
        throw error
      }
    },

    /** In the transaction that writes the file's row: from here on it is nobody's to sweep. */
    async claim(key: string, tx: Db) {
      if (!(await repository.claim(key, tx)))
        throw new Refusal('timeout', 'The upload took too long to be stored. Please send it again.')
    },
  }
}

export type Placing = ReturnType<typeof placingService>
