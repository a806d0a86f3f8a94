import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../clock.ts'

export interface LinkGrant {
  /** The one thing that the link opens: a storage key or an id. */
  object: string
  /** Whose it was when the link was made; held against the row once more when the link is used. */
  owner: string
  expires: Date
}

export interface LinkSigner {
  /** A piece of text that fits into a URL as it is. */
  sign(grant: { object: string; owner: string; seconds?: number }): { token: string; expires: Date }
  /** null for everything that is not exactly what `sign` made, for this object, and still in time. */
  verify(token: string, object: string): LinkGrant | null
}

interface Claims {
  object: string
  owner: string
  until: number
}

const parse = (text: string): Claims | null => {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as Claims
  } catch {
    return null
  }
}

/** Links that open one object for a short while to whoever holds them. They hold no credential and no secret. */
export const createLinkSigner = (options: { secret: string; clock: Clock; seconds?: number }): LinkSigner => {
  const { clock, seconds: usual = 300 } = options
  // A key of its own, so that nothing signed for another purpose can ever pass for a link.
  const key = Buffer.from(hkdfSync('sha256', options.secret, '', 'mina signed links 1', 32))
  const signatureOf = (claims: string) => createHmac('sha256', key).update(claims).digest('base64url')

  return {
    sign({ object, owner, seconds = usual }) {
      const until = clock.now().getTime() + seconds * 1000
      const claims = Buffer.from(JSON.stringify({ object, owner, until } satisfies Claims)).toString('base64url')
      return { token: `${claims}.${signatureOf(claims)}`, expires: new Date(until) }
    },
    verify(token, object) {
      const [claims = '', signature = '', ...more] = token.split('.')
      // The text is compared, not what it decodes to: base64 has several spellings of the same bytes.
      const expected = Buffer.from(signatureOf(claims))
      const given = Buffer.from(signature)
      if (more.length > 0 || given.length !== expected.length || !timingSafeEqual(given, expected)) return null
      const found = parse(claims)
      if (!found || found.object !== object || clock.now().getTime() > found.until) return null
      return { object: found.object, owner: found.owner, expires: new Date(found.until) }
    },
  }
}
