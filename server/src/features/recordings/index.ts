import type { Clock } from '../../platform/clock.ts'
import type { Files } from '../../platform/files/port.ts'
import type { Log } from '../../platform/log.ts'
import type { Open } from '../conversations/index.ts'
import type { Documents } from '../documents/index.ts'
import { type AcceptOptions, type AcceptService, acceptService } from './accept.ts'
import { exportRows } from './export-rows.ts'
import { type Exporting, exportingService } from './exporting.ts'
import { placingService } from './placing.ts'
import { type Playback, playbackService } from './playback.ts'
import { type Repeating, repeatingService } from './repeating.ts'
import { recordingRepository } from './repository.ts'
import { recordingRoutes } from './routes.ts'
import { type Sample, sampleService } from './sample.ts'

export type { Claim, Owner } from './accept.ts'
export { withoutPersonalData } from './exporting.ts'
export type { Playback } from './playback.ts'

export interface RecordingsOptions extends Omit<AcceptOptions, 'repository' | 'placing'> {
  clock: Clock
  files: Files
  documents: Pick<Documents, 'render'>
  open: Open
  log: Log
}

export interface RecordingParts {
  open: Open
  accept: AcceptService
  playback: Playback
  exporting: Exporting
  repeating: Repeating
  sample: Sample
}

/** The sound of conversations: how it comes in, how it is heard again, and how a conversation is taken out. */
export function createRecordings(options: RecordingsOptions) {
  const repository = recordingRepository(options.db)
  const placing = placingService({ ...options, repository })
  const playback = playbackService({ ...options, repository })
  const parts: RecordingParts = {
    open: options.open,
    accept: acceptService({ ...options, repository, placing }),
    playback,
    exporting: exportingService({ rows: exportRows(options.db), documents: options.documents }),
    repeating: repeatingService({ ...options, repository, playback }),
    sample: sampleService({ ...options, repository, placing }),
  }
  return { routes: recordingRoutes(parts), playback, exporting: parts.exporting }
}

export type Recordings = ReturnType<typeof createRecordings>
