import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSealer } from './sealing.ts'

const sealer = createSealer('a secret of this installation', 'tests')

test('opens what it sealed, for the same row only', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.uuid(), (text, row) => {
      const whole = text.toWellFormed()
      const sealed = sealer.seal(whole, row)
      expect(sealer.open(sealed, row)).toBe(whole)
      expect(() => sealer.open(sealed, `${row} and another`)).toThrow()
    }),
  )
})

test('the same text never looks the same, and shows nothing of itself', () => {
  const [one, two] = [sealer.seal('whsec_topsecret', 'row'), sealer.seal('whsec_topsecret', 'row')]
  expect(one).not.toBe(two)
  expect(Buffer.from(one!.slice(3), 'base64url').toString('latin1')).not.toContain('topsecret')
})

test('does not open what was altered in any place, or with another secret or purpose', () => {
  const sealed = sealer.seal('text', 'row')
  const bytes = Buffer.from(sealed.slice(3), 'base64url')
  for (let at = 0; at < bytes.length; at += 1) {
    const altered = Buffer.from(bytes)
    altered[at]! ^= 1
    expect(() => sealer.open(`v1.${altered.toString('base64url')}`, 'row')).toThrow()
  }
  expect(() => createSealer('another secret', 'tests').open(sealed, 'row')).toThrow()
  expect(() => createSealer('a secret of this installation', 'other').open(sealed, 'row')).toThrow()
  expect(() => sealer.open('v1.AAAA', 'row')).toThrow('Not a sealed text.')
})
