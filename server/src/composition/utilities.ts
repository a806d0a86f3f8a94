import { createUtilities } from '../features/utilities/index.ts'
import type { Queue } from '../platform/queue/queue.ts'
import type { ExportPart } from './account-data.ts'
import type { Platform } from './platform.ts'

/** The billing log enters its rows in Google Sheets where the operator set up an account for it. */
export function composeUtilities({ config, db, clock, log }: Platform, queue: Queue) {
  const { google } = config.providers
  const utilities = createUtilities({
    ...{ db, queue, clock, log, ratePerMinute: config.billingRatePerMinute },
    google: { ...google, shareWith: google.shareSheetsWith },
    maxSeconds: config.limits.audioHours * 3_600,
  })
  const exported: ExportPart = async function* (userId) {
    yield { path: 'billing.json', content: JSON.stringify(await utilities.all(userId), null, 2) }
  }
  return { ...utilities, exported }
}
