import { expect, test } from 'vitest'
import { listenFrom } from './segment-actions.ts'

test('listening goes on a little before where it stopped, and never before the passage', () => {
  const passage = { start_ms: 10_000, end_ms: 20_000 }
  expect(listenFrom(passage, 0)).toBe(10_000)
  expect(listenFrom(passage, 10_500)).toBe(10_000)
  expect(listenFrom(passage, 16_000)).toBe(14_000)
  expect(listenFrom(passage, 20_000)).toBe(10_000)
})
