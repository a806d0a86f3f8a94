import { createUsageFeature } from '../features/usage/index.ts'
import type { Webhooks } from '../features/webhooks/index.ts'
import type { ExportPart } from './account-data.ts'
import type { Platform } from './platform.ts'

/** What people used, held against their plan; their webhooks hear of a plan that is used up. */
export function composeUsage({ config, db, clock, log }: Platform, webhooks: Pick<Webhooks, 'publish'>) {
  const feature = createUsageFeature({
    db,
    clock,
    log,
    plans: config.plans,
    onQuotaReached: (userId, quota, tx) => webhooks.publish(userId, 'usage.quota', { quota }, tx),
  })
  const exported: ExportPart = async function* (userId) {
    yield { path: 'usage.json', content: JSON.stringify(await feature.log(userId), null, 2) }
  }
  return { ...feature, exported }
}
