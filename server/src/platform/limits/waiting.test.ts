import { expect, test } from 'vitest'
import { waitingTime } from './waiting.ts'

test.each([
  [0, '1 second'],
  [0.2, '1 second'],
  [2, '2 seconds'],
  [90, '90 seconds'],
  [91, '2 minutes'],
  [3_600, '60 minutes'],
])('%d seconds are said as %s', (seconds, said) => {
  expect(waitingTime(seconds)).toBe(said)
})
