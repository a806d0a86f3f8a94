import { expect, test } from 'vitest'
import { safeNext } from './next.ts'
import { looksLikeEmail, missing, strength } from './strength.ts'

test('the rule says what is missing, one thing at a time', () => {
  const said = [
    'abc',
    ' abcdefg1',
    '12345678',
    'abcdefgh',
    'abcdefg1',
    'correct horse battery',
    'пароль-пять5',
    'a1'.repeat(129),
  ]
  expect(said.map((it) => missing(it)?.what)).toEqual([
    'short',
    'space',
    'letter',
    'digit',
    undefined,
    undefined,
    undefined,
    'long',
  ])
  expect(missing('abc')?.count).toBe(5)
  // One sign, although it is two units of text.
  expect(missing('👩👩👩👩')?.count).toBe(4)
})

test('guessable passwords are weak, long ones strong', () => {
  expect(['', 'abcdefgh1', 'qwertyuiop1', 'password123', 'aaaaaaaaaaaaaaaa'].map(strength)).toEqual([0, 1, 1, 1, 1])
  expect(strength('tidal-harbour-9')).toBeGreaterThanOrEqual(3)
  expect(strength('seven quiet lanterns over the bridge')).toBe(4)
})

test('addresses', () => {
  expect(
    ['ada@example.org', 'a@localhost', 'ada', 'a b@c.d', 'a@b..c', ' ada@example.org '].map(looksLikeEmail),
  ).toEqual([true, true, false, false, false, true])
})

test('only pages of the app are gone back to', () => {
  const tried = [
    '/conversation/1?t=3',
    '//evil.example',
    'https://evil.example',
    '/\\evil.example',
    undefined,
    'javascript:alert(1)',
    '/login',
  ]
  expect(tried.map(safeNext)).toEqual(['/conversation/1?t=3', ...Array(6).fill('/library')])
})
