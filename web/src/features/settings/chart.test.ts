import { expect, test } from 'vitest'
import { lastDays, scale } from './chart.tsx'
import { device } from './device.ts'

test('the scale ends above the highest bar, on a round number', () => {
  expect(scale(134)).toEqual([0, 50, 100, 150])
  expect(scale(0)).toEqual([0, 1, 2, 3])
  expect(scale(9000).at(-1)).toBeGreaterThanOrEqual(9000)
})

test('days without use are there too, today last', () => {
  const days = lastDays([{ day: '2026-11-20', minutes: 7 }], 3, new Date('2026-11-21T08:00:00Z'))
  expect(days).toEqual([
    { day: '2026-11-19', minutes: 0 },
    { day: '2026-11-20', minutes: 7 },
    { day: '2026-11-21', minutes: 0 },
  ])
})

test('a device is named by its browser and its system', () => {
  const agent =
    'Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36'
  expect(device(agent)).toEqual({ browser: 'Chrome', system: 'Android' })
  expect(device('')).toEqual({ browser: '', system: '' })
})
