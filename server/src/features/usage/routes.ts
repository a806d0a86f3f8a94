import { getUsage } from '@mina/contract'
import { serve } from '../../access/route.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Period, UsageRepository } from './repository.ts'
import { monthOf, type Plan, type PlanQuota } from './usage.ts'

const DAY_MS = 86_400_000
const isDay = (text: string) => /^\d{4}-\d{2}-\d{2}$/.test(text)

/** A day stands for all of it. */
const periodOf = ({ from, to }: { from?: string | undefined; to?: string | undefined }): Period => ({
  from: from === undefined ? undefined : new Date(from),
  before: to === undefined ? undefined : isDay(to) ? new Date(Date.parse(to) + DAY_MS) : new Date(to),
})

interface UsageRouteParts {
  repository: UsageRepository
  plans: Record<Plan, PlanQuota>
  clock: Clock
  /** So that a page shows also what was counted a moment ago. */
  flush: () => Promise<void>
}

export const usageRoutes = ({ repository, plans, clock, flush }: UsageRouteParts) => [
  serve(getUsage, async ({ principal, query }) => {
    const { userId, plan } = principal
    const period = periodOf(query)
    await flush()
    const [rows, totals, byDay, byService, month, storage_bytes] = await Promise.all([
      repository.list(userId, period, query.limit, query.offset),
      repository.totals(userId, period),
      repository.byDay(userId, period),
      repository.byService(userId, period),
      repository.month(userId, monthOf(clock.now())),
      repository.storedBytes(userId),
    ])
    const { minutes, jobs, storageGb } = plans[plan]
    return {
      usage: rows.map(({ id, at, user_id: _, key_id: __, ...row }) => ({
        id: String(id),
        at: at.toISOString(),
        ...row,
      })),
      totals,
      by_day: byDay,
      by_service: byService,
      month: {
        api_calls_month: month.api_calls,
        audio_minutes_month: Math.round((month.audio_seconds / 60) * 100) / 100,
        jobs_month: month.jobs,
      },
      quota: { minutes, jobs, storage_gb: storageGb },
      storage_bytes,
    }
  }),
]
