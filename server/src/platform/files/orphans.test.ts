import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ORPHAN_MS, postponing } from './orphans.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('a file that takes an hour to write is never due while it is written, and is left alone afterwards', async () => {
  let due = Date.now() + ORPHAN_MS
  let postponed = 0
  let written = () => {}
  const writing = postponing(
    async () => {
      postponed += 1
      due = Date.now() + ORPHAN_MS
      if (postponed % 3 === 0) throw new Error('the database is away for a moment')
    },
    () => new Promise<void>((done) => (written = done)),
  )
  for (let minute = 0; minute < 60; minute += 1) {
    await vi.advanceTimersByTimeAsync(60_000)
    expect(due).toBeGreaterThan(Date.now())
  }
  written()
  await writing
  const before = postponed
  await vi.advanceTimersByTimeAsync(3_600_000)
  expect([before > 10, postponed]).toEqual([true, before])
})

test('a write that fails ends it too', async () => {
  let postponed = 0
  const failing = postponing(
    async () => {
      postponed += 1
    },
    () => Promise.reject(new Error('the disk is full')),
  )
  await expect(failing).rejects.toThrow('full')
  await vi.advanceTimersByTimeAsync(3_600_000)
  expect(postponed).toBe(0)
})
