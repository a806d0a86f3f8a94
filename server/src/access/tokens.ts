import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { errors, jwtVerify, SignJWT } from 'jose'
import type { Clock } from '../platform/clock.ts'

export const hashOf = (secret: string) => createHash('sha256').update(secret).digest('hex')

export const newSecret = (bytes = 32) => randomBytes(bytes).toString('base64url')

export interface AccessClaims {
  userId: string
  sessionId: string
  jti: string
  expiresAt: number
}

/** What an access token is for: a cookie's token is no Bearer token, and the other way round. */
export type TokenUse = 'browser' | 'token'

const ISSUER = 'mina'
const MOST_REMEMBERED = 10_000

/** Signs and checks Mina's own short-lived access tokens. Whether the session behind one still lives is asked elsewhere. */
export function accessTokens(secret: string, clock: Clock) {
  const key = new TextEncoder().encode(secret)
  /** What was verified once stays true until it expires: a page sends the same token with each of its calls. */
  const verified = new Map<string, AccessClaims>()
  const remember = (token: string, claims: AccessClaims) => {
    if (verified.size >= MOST_REMEMBERED) verified.clear()
    verified.set(token, claims)
    return claims
  }
  return {
    async sign(use: TokenUse, userId: string, sessionId: string, seconds: number) {
      const now = Math.floor(clock.now().getTime() / 1000)
      return await new SignJWT({ sid: sessionId })
        .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
        .setIssuer(ISSUER)
        .setAudience(use)
        .setSubject(userId)
        .setJti(randomUUID())
        .setIssuedAt(now)
        .setExpirationTime(now + Math.round(seconds))
        .sign(key)
    },
    /** null for whatever is not a valid token of this use. */
    async verify(use: TokenUse, token: string): Promise<AccessClaims | null> {
      const known = verified.get(`${use}:${token}`)
      if (known && known.expiresAt * 1000 > clock.now().getTime()) return known
      try {
        const { payload } = await jwtVerify(token, key, {
          algorithms: ['HS256'],
          issuer: ISSUER,
          audience: use,
          typ: 'at+jwt',
          currentDate: clock.now(),
          requiredClaims: ['sub', 'sid', 'jti', 'exp'],
        })
        return remember(`${use}:${token}`, {
          userId: String(payload.sub),
          sessionId: String(payload.sid),
          jti: String(payload.jti),
          expiresAt: Number(payload.exp),
        })
      } catch (error) {
        if (error instanceof errors.JOSEError || error instanceof TypeError) return null
        throw error
      }
    },
  }
}

export type AccessTokens = ReturnType<typeof accessTokens>
