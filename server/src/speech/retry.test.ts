import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SpeechError } from './errors.ts'
import { createEventQueue } from './event-queue.ts'
import { costOf, listPrices, mergePrices } from './prices.ts'
import { createReplay } from './replay.ts'
import { defaultRetry, pauseBefore, retry, retryAfterOf } from './retry.ts'

const busy = (retryAfter?: number) => new SpeechError('x', 'provider_failed', 'busy', { retryable: true, retryAfter })

test('a pause is never shorter than asked for, grows, and has a limit', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 30 }), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, chance) => {
      const pause = pauseBefore(attempt, undefined, defaultRetry, chance)
      expect(pause).toBeLessThanOrEqual(defaultRetry.most_ms)
      expect(pause).toBeGreaterThanOrEqual(defaultRetry.first_ms / 2)
      expect(pauseBefore(attempt, 4, defaultRetry, chance)).toBeGreaterThanOrEqual(4000)
    }),
  )
})

test('Retry-After is read as seconds, as a date, and in OpenAI’s finer header', () => {
  const now = Date.parse('2026-11-21T09:00:00Z')
  const read = (headers: Record<string, string>) => retryAfterOf(new Headers(headers), now)
  expect(read({ 'retry-after': '12' })).toBe(12)
  expect(read({ 'retry-after': 'Sat, 21 Nov 2026 09:00:30 GMT' })).toBe(30)
  expect(read({ 'retry-after': 'Sat, 21 Nov 2026 08:00:00 GMT' })).toBe(0)
  expect(read({ 'retry-after-ms': '250', 'retry-after': '9' })).toBe(0.25)
  expect(read({ 'retry-after': 'soon' })).toBeUndefined()
  expect(read({})).toBeUndefined()
})

test('no retry starts after the deadline, and a cancelled pause ends at once', async () => {
  let calls = 0
  const pace = { now: () => 0, random: () => 0, sleep: async () => {} }
  const call = async () => {
    calls++
    throw busy()
  }
  await expect(retry(call, { policy: defaultRetry, pace, deadline: 400 })).rejects.toThrow('busy')
  expect(calls).toBe(2)
  const stop = new AbortController()
  const cancelling = { ...pace, sleep: async () => stop.abort(new Error('called off')) }
  await expect(
    retry(call, { policy: defaultRetry, pace: cancelling, deadline: 1e9, signal: stop.signal }),
  ).rejects.toThrow('called off')
  expect(calls).toBe(3)
})

test('a fault of our own is not tried again', async () => {
  let calls = 0
  const pace = { now: () => 0, random: () => 0, sleep: async () => {} }
  const call = async () => {
    calls++
    throw new TypeError('a bug')
  }
  await expect(retry(call, { policy: defaultRetry, pace, deadline: 1e9 })).rejects.toThrow('a bug')
  expect(calls).toBe(1)
})

test('events are read in order, those before a failure too', async () => {
  const queue = createEventQueue<number>()
  queue.push(1)
  const read: number[] = []
  const reading = (async () => {
    for await (const event of queue) read.push(event)
  })()
  queue.push(2)
  queue.fail(new Error('broken'))
  queue.push(3)
  await expect(reading).rejects.toThrow('broken')
  expect(read).toEqual([1, 2])
})

test('the price of a model, of its family, of its engine, and of a server of one’s own', () => {
  const minute = { duration_ms: 60_000, kind: 'batch' as const }
  expect(costOf(listPrices, { ...minute, engine: 'openai', model: 'gpt-4o-mini-transcribe-2025-12-15' })).toBe(0.003)
  expect(costOf(listPrices, { ...minute, engine: 'deepgram', model: 'nova-3-medical', kind: 'stream' })).toBe(0.0048)
  expect(costOf(listPrices, { ...minute, engine: 'deepgram', model: 'enhanced', channels: 2 })).toBe(0.0086)
  expect(costOf(listPrices, { ...minute, engine: 'other', model: 'large-v3' })).toBe(0)
  const own = mergePrices({ deepgram: { 'nova-2': { batch: 0.001 } } })
  expect(costOf(own, { ...minute, engine: 'deepgram', model: 'nova-2', kind: 'stream' })).toBe(0.001)
  expect(costOf(own, { ...minute, engine: 'deepgram', model: 'nova-3' })).toBe(0.0043)
})

test('what is kept for a replay is always the latest audio without a gap', () => {
  const steps = fc.array(
    fc.record({ add: fc.integer({ min: 0, max: 500 }), settle: fc.option(fc.integer({ min: 0, max: 3000 })) }),
  )
  fc.assert(
    fc.property(steps, (all) => {
      const replay = createReplay(1000, 0, 800)
      let written = 0
      for (const { add, settle } of all) {
        replay.add(Int16Array.from({ length: add }, () => written++ % 30_000))
        if (settle !== null) replay.settle(settle)
        const kept = replay.pieces().flatMap((piece) => [...piece])
        expect(kept.length).toBeLessThanOrEqual(800)
        expect(replay.from_ms + kept.length).toBe(written)
        expect(kept).toEqual(Array.from({ length: kept.length }, (_, index) => (replay.from_ms + index) % 30_000))
      }
    }),
  )
})
