import { defaultPrices, tokenCost } from '../../translation/prices.ts'
import type { ModelUsage } from '../insights/index.ts'

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

interface Asked {
  userId: string
  model: string | null
  endpoint: string
}

/** Enters what a language model took for one piece of work, once and whether the work succeeds or not. */
export async function withSpending<T>(
  meter: WorkMeter,
  { userId, model, endpoint }: Asked,
  work: (onUsage: (usage: ModelUsage) => void) => Promise<T>,
): Promise<T> {
  const spent = { input: 0, output: 0, requests: 0 }
  let failed = true
  try {
    const result = await work(({ input_tokens, output_tokens, requests }) => {
      spent.input += input_tokens
      spent.output += output_tokens
      spent.requests += requests
    })
    failed = false
    return result
  } finally {
    const service = model ?? 'llm'
    const cost_usd = tokenCost(defaultPrices, service, spent.input, spent.output)
    if (spent.requests > 0)
      await meter.record({
        ...{ userId, service, endpoint, failed, cost_usd },
        characters: 0,
        tokens: spent.input + spent.output,
      })
  }
}
