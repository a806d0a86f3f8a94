import type { Principal } from '../../access/principal.ts'
import type { CallInfo } from '../../access/route.ts'

/** What one call has cost, for the caller's usage log. */
export interface UsageEntry {
  principal: Principal
  request: Pick<CallInfo, 'ip' | 'userAgent'>
  /** The engine. */
  service: string
  /** The path that was called. */
  endpoint: string
  characters: number
  tokens: number
  cost_usd: number
  /** What was spent on a call that failed is spent all the same. */
  failed: boolean
}

export interface UsageMeter {
  record(entry: UsageEntry): Promise<void>
}
