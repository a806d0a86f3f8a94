import { expect, test } from 'vitest'
import { retry, retryAfterSeconds } from './retry.ts'

const failing = (failures: number) => {
  let calls = 0
  const attempt = async () => {
    calls += 1
    if (calls <= failures) throw new Error(`failure ${calls}`)
    return calls
  }
  return { attempt, calls: () => calls }
}

const recorded = () => {
  const waits: number[] = []
  return { waits, wait: async (ms: number) => void waits.push(ms) }
}

test('waits double, with jitter, until the attempt succeeds', async () => {
  const { waits, wait } = recorded()
  const answer = await retry(failing(3).attempt, {
    judge: () => ({ retry: true }),
    base_ms: 100,
    random: () => 1,
    wait,
  })
  expect(answer).toBe(4)
  expect(waits).toEqual([100, 200, 400])
})

test('what the other side asked for is waited out', async () => {
  const { waits, wait } = recorded()
  await retry(failing(1).attempt, { judge: () => ({ retry: true, after_s: 7 }), base_ms: 100, wait })
  expect(waits).toEqual([7000])
})

test('a wait longer than the longest ends the attempts at once', async () => {
  const { waits, wait } = recorded()
  const task = failing(1)
  await expect(retry(task.attempt, { judge: () => ({ retry: true, after_s: 3600 }), wait })).rejects.toThrow(
    'failure 1',
  )
  expect(waits).toEqual([])
  expect(task.calls()).toBe(1)
})

test('a failure that a retry can not help is thrown at once', async () => {
  const task = failing(9)
  await expect(retry(task.attempt, { judge: () => ({ retry: false }) })).rejects.toThrow('failure 1')
  expect(task.calls()).toBe(1)
})

test('the last failure is thrown after all attempts', async () => {
  const task = failing(9)
  const { wait } = recorded()
  await expect(retry(task.attempt, { judge: () => ({ retry: true }), attempts: 3, wait })).rejects.toThrow('failure 3')
})

test('an abort ends the waiting', async () => {
  const abort = new AbortController()
  const task = failing(9)
  const running = retry(task.attempt, { judge: () => ({ retry: true }), base_ms: 60_000, signal: abort.signal })
  abort.abort()
  await expect(running).rejects.toMatchObject({ name: 'AbortError' })
  expect(task.calls()).toBe(1)
})

test('reads seconds, milliseconds and dates', () => {
  const now = () => Date.parse('Wed, 21 Oct 2026 07:28:00 GMT')
  expect(retryAfterSeconds(new Headers({ 'retry-after': '12' }))).toBe(12)
  expect(retryAfterSeconds(new Headers({ 'retry-after-ms': '1500', 'retry-after': '9' }))).toBe(1.5)
  expect(retryAfterSeconds(new Headers({ 'retry-after': 'Wed, 21 Oct 2026 07:28:30 GMT' }), now)).toBe(30)
  expect(retryAfterSeconds(new Headers({ 'retry-after': 'soon' }))).toBeUndefined()
  expect(retryAfterSeconds(new Headers())).toBeUndefined()
})
