import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createLinkSigner } from './links.ts'

const secret = 'a secret of the installation'
const start = new Date('2026-11-21T10:00:00Z')
const at = (seconds: number) => ({ now: () => new Date(start.getTime() + seconds * 1000) })
const signer = (seconds = 0, key = secret) => createLinkSigner({ secret: key, clock: at(seconds) })
const grant = { object: 'users/1/recording', owner: 'user-1' }

describe('a signed link', () => {
  it('opens its object for 300 seconds', () => {
    const { token, expires } = signer().sign(grant)
    expect(expires).toEqual(at(300).now())
    for (const late of [0, 299, 300]) expect(signer(late).verify(token, grant.object)).toEqual({ ...grant, expires })
    for (const late of [301, 3600, 1e9]) expect(signer(late).verify(token, grant.object)).toBeNull()
  })

  it('ends when it was told to', () => {
    const { token } = signer().sign({ ...grant, seconds: 10 })
    expect(signer(10).verify(token, grant.object)).not.toBeNull()
    expect(signer(11).verify(token, grant.object)).toBeNull()
  })

  it('opens nothing else, and nothing under another secret', () => {
    const { token } = signer().sign(grant)
    expect(signer().verify(token, 'users/1/recording2')).toBeNull()
    expect(signer(0, 'another secret').verify(token, grant.object)).toBeNull()
  })

  it('is worth nothing once a single character changed', () => {
    const { token } = signer().sign(grant)
    const alphabet = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ ']
    for (let place = 0; place < token.length; place++)
      for (const it of alphabet.filter((letter) => letter !== token[place])) {
        const altered = token.slice(0, place) + it + token.slice(place + 1)
        expect(signer().verify(altered, grant.object), altered).toBeNull()
      }
    for (const it of [`${token}.`, `${token}=`, `${token}A`, token.slice(0, -1), `.${token}`])
      expect(signer().verify(it, grant.object)).toBeNull()
  })

  it('can not be made up', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(signer().verify(text, grant.object)).toBeNull()
      }),
    )
    const claims = Buffer.from(JSON.stringify({ ...grant, until: 9e15 })).toString('base64url')
    for (const signature of ['', 'A'.repeat(43), '='])
      expect(signer().verify(`${claims}.${signature}`, grant.object)).toBeNull()
  })

  it('carries any names, fits into a URL and holds no secret', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (object, owner) => {
        const { token } = signer().sign({ object, owner })
        expect(token).toMatch(/^[A-Za-z0-9_.-]+$/)
        expect(signer().verify(token, object)).toMatchObject({ object, owner })
      }),
    )
    const { token } = signer().sign(grant)
    expect(Buffer.from(token, 'base64url').toString()).not.toContain(secret)
  })
})
