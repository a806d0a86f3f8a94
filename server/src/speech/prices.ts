import { z } from 'zod'

const Price = z.object({
  /** US dollars for a minute of a finished recording, for each channel. */
  batch: z.number().nonnegative(),
  /** US dollars for a minute of live audio; as `batch` where it is not given. */
  stream: z.number().nonnegative().optional(),
})

/** By engine, then by model; `*` is every model that has no line of its own. */
export const PriceTable = z.record(z.string(), z.record(z.string(), Price))
export type PriceTable = z.output<typeof PriceTable>

/** List prices of November 2026, pay as you go. Prices change: an operator's own table goes over these. */
export const listPrices: PriceTable = {
  local: { '*': { batch: 0 } },
  deepgram: {
    'nova-2': { batch: 0.0043, stream: 0.0058 },
    'nova-3': { batch: 0.0043, stream: 0.0048 },
    '*': { batch: 0.0043, stream: 0.0058 },
  },
  openai: {
    'whisper-1': { batch: 0.006 },
    'gpt-transcribe': { batch: 0.0045 },
    'gpt-4o-transcribe': { batch: 0.006 },
    'gpt-4o-transcribe-diarize': { batch: 0.006 },
    'gpt-4o-mini-transcribe': { batch: 0.003 },
  },
  assemblyai: {
    'universal-3-pro': { batch: 0.0035, stream: 0.0075 },
    'universal-2': { batch: 0.0025, stream: 0.0075 },
    '*': { batch: 0.0035, stream: 0.0075 },
  },
}

export const mergePrices = (over: PriceTable): PriceTable => {
  const merged: PriceTable = { ...listPrices }
  for (const [engine, models] of Object.entries(over)) merged[engine] = { ...merged[engine], ...models }
  return merged
}

interface Work {
  engine: string
  model: string
  kind: 'batch' | 'stream'
  duration_ms: number
  channels?: number
}

/** To a millionth of a dollar. What no line names costs nothing: a server of one's own has no price. */
export function costOf(table: PriceTable, { engine, model, kind, duration_ms, channels = 1 }: Work): number {
  const models = table[engine]
  const price = models?.[model] ?? models?.[familyOf(models, model)] ?? models?.['*']
  if (!price) return 0
  const perMinute = kind === 'stream' ? (price.stream ?? price.batch) : price.batch
  return Math.round(perMinute * (duration_ms / 60_000) * channels * 1e6) / 1e6
}

/** `nova-3-medical` and `gpt-4o-mini-transcribe-2025-12-15` cost what their longest named beginning costs. */
const familyOf = (models: PriceTable[string], model: string) =>
  Object.keys(models)
    .filter((name) => model.startsWith(`${name}-`))
    .sort((one, other) => other.length - one.length)[0] ?? ''
