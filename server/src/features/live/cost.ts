import type { RecognitionStream } from '../../speech/port.ts'

/** What live words of a session were paid to a provider, in this process. */
export interface LiveCost {
  engine: string
  cost_usd: number
}

/** Adds up the streams that a session opens one after the other, and tells the sum once, at its end. */
export function costMeter(tell: (cost: LiveCost) => void) {
  const streams: { engine: string; stream: RecognitionStream }[] = []
  let told = false
  return {
    opened(engine: string, stream: RecognitionStream) {
      streams.push({ engine, stream })
      return stream
    },
    end() {
      if (told) return
      told = true
      const sums = new Map<string, number>()
      for (const { engine, stream } of streams) sums.set(engine, (sums.get(engine) ?? 0) + (stream.cost_usd?.() ?? 0))
      for (const [engine, cost_usd] of sums) if (cost_usd > 0) tell({ engine, cost_usd })
    },
  }
}
