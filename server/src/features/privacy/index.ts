import type { Audit } from '../../access/audit.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Db } from '../../platform/database/connect.ts'
import type { Files } from '../../platform/files/port.ts'
import type { Log } from '../../platform/log.ts'
import { privacyHandlers, retain, sweep } from './jobs.ts'
import { removalService } from './removal.ts'
import { privacyRepository } from './repository.ts'
import { retentionService } from './retention.ts'

export { takeOut } from './take-out.ts'

interface PrivacyOptions {
  db: Db
  files: Files
  audit: Pick<Audit, 'record'>
  clock: Clock
  log: Log
  restoreMs: number
  onGone: (userId: string, ids: string[]) => Promise<void>
}

export function createPrivacy(options: PrivacyOptions) {
  const repository = privacyRepository(options.db)
  const removal = removalService({ ...options, repository })
  const retention = retentionService({ ...options, repository, removal })
  return {
    removeNow: removal.removeNow,
    sweep: removal.sweep,
    retention,
    /** The account and all that is its own, rows and files. */
    erase: removal.erase,
    definitions: [sweep, retain],
    handlers: privacyHandlers(removal, retention),
  }
}

export type Privacy = ReturnType<typeof createPrivacy>
