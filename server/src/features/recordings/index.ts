import { type AcceptOptions, type AcceptService, acceptService } from './accept.ts'
import { recordingRepository } from './repository.ts'
import { recordingRoutes } from './routes.ts'

export type { Claim, Owner } from './accept.ts'

export interface RecordingsOptions extends Omit<AcceptOptions, 'repository'> {}

export interface RecordingParts {
  accept: AcceptService
}

export function createRecordings(options: RecordingsOptions) {
  const repository = recordingRepository(options.db)
  const accept = acceptService({ ...options, repository })
  return { routes: recordingRoutes({ accept }) }
}
