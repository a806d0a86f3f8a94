import type { Clock } from '../../platform/clock.ts'
import type { Db } from '../../platform/database/connect.ts'
import type { Log } from '../../platform/log.ts'
import type { UsageMeter } from '../translation/index.ts'
import { usageRepository } from './repository.ts'
import { usageRoutes } from './routes.ts'
import { createUsage, type Plan, type PlanQuota, type Usage, type UsageParts } from './usage.ts'

export type { UsageRecord } from './repository.ts'
export type { Reservation, Usage } from './usage.ts'

export interface UsageOptions {
  db: Db
  plans: Record<Plan, PlanQuota>
  clock: Clock
  log: Log
  onQuotaReached: UsageParts['onQuotaReached']
}

/** Who used what: the log, the month's sums, and the quotas that are held against them. */
export function createUsageFeature(options: UsageOptions) {
  const { db, plans, clock } = options
  const usage = createUsage({ ...options, repository: usageRepository })
  const repository = usageRepository(db)
  return {
    usage,
    storedBytes: repository.storedBytes,
    allBytes: repository.allBytes,
    routes: usageRoutes({ repository, plans, clock, flush: usage.flush }),
    /** All of a person's usage log, for their export. */
    log: (userId: string) => repository.list(userId, {}, 1_000_000, 0),
  }
}

/** The meter that translations are entered by. */
export const translationMeter = (usage: Usage): UsageMeter => ({
  record: ({ principal, request, service, endpoint, characters, tokens, cost_usd }) =>
    usage.record({
      userId: principal.userId,
      keyId: principal.keyId,
      ip: request.ip,
      userAgent: request.userAgent,
      ...{ service, endpoint, characters, tokens, cost_usd },
    }),
})
