/** What a piece of background work has cost its user; spent also where it failed. */
export interface WorkUsage {
  userId: string
  /** The engine or model. */
  service: string
  /** The path that was called. */
  endpoint: string
  characters: number
  tokens: number
  cost_usd: number
  failed: boolean
}

export interface WorkMeter {
  record(it: WorkUsage): Promise<void>
}
