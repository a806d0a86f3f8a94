import { expect, test } from 'vitest'
import { initialOf } from './voices.ts'

test('a person is the first sign of the name', () => {
  expect(['Amara Okafor', 'Prof. Bianchi', 'ليلى', '👩‍🚀 Jo', ''].map(initialOf)).toEqual(['A', 'B', 'ل', '👩‍🚀', '?'])
})

test('a voice that has only a number is told by it', () => {
  expect(['Speaker 2', 'Sprecherin 12', 'Channel 1', 'Louis XIV 2024'].map(initialOf)).toEqual(['2', '12', '1', 'L'])
})
