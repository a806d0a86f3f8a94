import { join } from 'node:path'
import { z } from 'zod'
import type { Audit } from '../../access/audit.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Db } from '../../platform/database/connect.ts'
import type { Files } from '../../platform/files/port.ts'
import type { Log } from '../../platform/log.ts'
import type { GuardedFetch } from '../../platform/outbound/port.ts'
import { handler, job } from '../../platform/queue/job.ts'
import type { Open } from '../conversations/index.ts'
import type { Documents } from '../documents/index.ts'
import { type AcceptOptions, acceptService } from './accept.ts'
import { beepingService } from './beeping.ts'
import { exportRows } from './export-rows.ts'
import { exportingService, type InsightsOf } from './exporting.ts'
import { linkService, type SendFetch } from './links.ts'
import { placingService } from './placing.ts'
import { type Playback, playbackService } from './playback.ts'
import { repeatingService } from './repeating.ts'
import { recordingRepository } from './repository.ts'
import { resumableUploads } from './resumable.ts'
import { type RecordingParts, recordingRoutes } from './routes.ts'
import { sampleService } from './sample.ts'

export type { Claim, Owner } from './accept.ts'
export type { InsightsOf } from './exporting.ts'
export type { SendFetch } from './links.ts'
export { isBeginning, type Playback } from './playback.ts'
export type { ResumableUploads } from './resumable.ts'

export interface RecordingsOptions extends Omit<AcceptOptions, 'repository' | 'placing'> {
  audit: Audit
  clock: Clock
  files: Files
  playback: Playback
  documents: Pick<Documents, 'render'>
  insightsOf: InsightsOf
  open: Open
  /** The largest file that is taken. */
  maxBytes: number
  /** For addresses that users give. */
  guarded: GuardedFetch
  sendFetch: SendFetch
  tempDir: string
  log: Log
}

const sweepUploads = job({
  name: 'recordings.sweep',
  payload: z.object({}),
  retries: 2,
  concurrency: 1,
  expireSeconds: 600,
  schedule: '23 * * * *',
})

/** Apart from the rest, since links that are shared need it too. */
export const createPlayback = ({ db, files }: { db: Db; files: Files }): Playback =>
  playbackService({ repository: recordingRepository(db), files })

/** The sound of conversations: how it comes in, how it is heard again, and how a conversation is taken out. */
export function createRecordings(options: RecordingsOptions) {
  const repository = recordingRepository(options.db)
  const rows = exportRows(options.db)
  const placing = placingService({ ...options, repository })
  const accept = acceptService({ ...options, repository, placing })
  const resumable = resumableUploads({ ...options, accept, repository, folder: join(options.dataDir, 'uploads') })
  const links = linkService({ ...options, accept, repository })
  const parts: RecordingParts = {
    open: options.open,
    audit: options.audit,
    accept,
    playback: options.playback,
    beeping: beepingService({ ...options, repository, rows }),
    exporting: exportingService({ ...options, rows }),
    repeating: repeatingService({ ...options, repository }),
    sample: sampleService({ ...options, repository, placing }),
    links,
  }
  return {
    routes: recordingRoutes(parts),
    definitions: [sweepUploads, ...links.definitions],
    handlers: [handler(sweepUploads, () => resumable.sweep()), ...links.handlers],
    exporting: parts.exporting,
    resumable,
  }
}

export type Recordings = ReturnType<typeof createRecordings>
