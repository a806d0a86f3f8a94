import fc from 'fast-check'
import { expect, test } from 'vitest'
import { beeped } from './beep.ts'

async function* blocksOf(samples: number, size: number) {
  for (let at = 0; at < samples; at += size) yield new Int16Array(Math.min(size, samples - at)).fill(77)
}

test('however the samples come in blocks, the tone covers its stretches to the sample and nothing else', async () => {
  const stretch = fc
    .tuple(fc.nat(900), fc.nat(400))
    .map(([start_ms, length]) => ({ start_ms, end_ms: start_ms + length }))
  await fc.assert(
    fc.asyncProperty(fc.array(stretch, { maxLength: 5 }), fc.integer({ min: 1, max: 5_000 }), async (some, size) => {
      const stretches = some.toSorted((a, b) => a.start_ms - b.start_ms)
      const heard: number[] = []
      for await (const block of beeped(blocksOf(16_000, size), stretches)) heard.push(...block)
      expect(heard).toHaveLength(16_000)
      const isCovered = (at: number) => stretches.some((it) => at >= it.start_ms * 16 && at < it.end_ms * 16)
      for (const [at, sample] of heard.entries()) {
        const isTone = sample !== 77
        if (isTone !== isCovered(at)) throw new Error(`sample ${at} is ${sample}`)
      }
    }),
    { numRuns: 30 },
  )
})
