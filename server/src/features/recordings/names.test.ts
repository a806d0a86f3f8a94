import fc from 'fast-check'
import { expect, test } from 'vitest'
import { shownName, titleOf } from './names.ts'

test('a shown name is one short line without a folder, whatever a client sends', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme', maxLength: 600 })), (name) => {
      const shown = shownName(name)
      expect(shown).not.toMatch(/[/\\\p{Cc}\p{Zl}\p{Zp}]/u)
      expect([...shown].length).toBeGreaterThan(0)
      expect([...shown].length).toBeLessThanOrEqual(255)
      expect(titleOf(name).length).toBeGreaterThan(0)
      expect(titleOf(name).length).toBeLessThanOrEqual(255)
    }),
  )
})

test('a title is the name as people would write it', () => {
  expect(titleOf('C:\\talks\\Team_meeting 3.final.m4a')).toBe('Team meeting 3.final')
  expect(titleOf('.wav')).toBe('Untitled Conversation')
  expect(shownName('')).toBe('recording')
})
