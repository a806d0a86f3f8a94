import type { Clock } from '../../platform/clock.ts'
import type { Db } from '../../platform/database/connect.ts'
import type { Log } from '../../platform/log.ts'
import { handler } from '../../platform/queue/job.ts'
import type { Queue } from '../../platform/queue/queue.ts'
import { billing } from './billing.ts'
import { enterInSheet } from './jobs.ts'
import { billingRepository } from './repository.ts'
import { utilityRoutes } from './routes.ts'
import { googleSheets, type SheetSettings } from './sheets.ts'

export interface UtilityOptions {
  db: Db
  queue: Pick<Queue, 'send'>
  google: SheetSettings
  ratePerMinute: number
  maxSeconds: number
  clock: Clock
  log: Log
}

/** Small services for programs: how long a recording is, and the billing log. */
export function createUtilities(options: UtilityOptions) {
  const repository = billingRepository
  const bills = billing({ ...options, repository, sheets: googleSheets(options.google) })
  return {
    routes: utilityRoutes(bills, options.maxSeconds),
    definitions: [enterInSheet],
    handlers: [handler(enterInSheet, (payload, { signal }) => bills.enter(payload, signal))],
    /** A person's billed files, for their export. */
    all: (userId: string) => repository(options.db).of(userId),
  }
}
