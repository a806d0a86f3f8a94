import { createHash, timingSafeEqual } from 'node:crypto'
import type { Via } from '@mina/contract'
import { decodeJwt } from 'jose'
import { granted } from './grants.ts'
import { isApiKey, type Keys } from './keys.ts'
import type { Oidc } from './oidc.ts'
import type { People, Person } from './people.ts'
import type { Principal } from './principal.ts'
import type { Sessions } from './sessions.ts'
import type { AccessTokens, TokenUse } from './tokens.ts'

/** What a request or a handshake showed. A header is a deliberate act and goes before cookies, even where it is wrong. */
export interface Credentials {
  /** `x-api-key`. */
  apiKey?: string | undefined
  /** From `Authorization: Bearer` or `Token`. */
  bearer?: string | undefined
  accessCookie?: string | undefined
}

interface PrincipalsOptions {
  sessions: Sessions
  tokens: AccessTokens
  keys: Keys
  people: People
  oidc: Oidc | null
  staticKey: string | undefined
  isRevoked: (jti: string) => Promise<boolean>
}

const issuerIn = (token: string) => {
  try {
    return decodeJwt(token).iss
  } catch {
    return undefined
  }
}

const digest = (text: string) => createHash('sha256').update(text).digest()

/** The one place where a credential becomes a principal, for HTTP and sockets alike. */
export function createPrincipals(options: PrincipalsOptions) {
  const { sessions, tokens, keys, people, oidc, isRevoked } = options
  const staticDigest = options.staticKey ? digest(options.staticKey) : null

  const principal = (person: Person, via: Via, more: Partial<Principal> = {}): Principal => ({
    userId: person.id,
    email: person.email,
    role: person.role,
    plan: person.plan,
    may: granted(person.role),
    via,
    ...more,
  })

  async function ofToken(use: TokenUse, token: string): Promise<Principal | null> {
    const claims = await tokens.verify(use, token)
    if (!claims || !(await sessions.lives(claims.sessionId)) || (await isRevoked(claims.jti))) return null
    const person = await people.active(claims.userId)
    if (!person) return null
    return principal(person, use === 'browser' ? 'session' : 'jwt', {
      sessionId: claims.sessionId,
      claims: { jti: claims.jti, exp: claims.expiresAt },
    })
  }

  async function ofKey(secret: string): Promise<Principal | null> {
    if (staticDigest && timingSafeEqual(digest(secret), staticDigest)) {
      const system = await people.system()
      return system && principal(system, 'static')
    }
    if (!isApiKey(secret)) return null
    const key = await keys.find(secret)
    const person = key && (await people.active(key.userId))
    if (!key || !person) return null
    await keys.used(key.id)
    return principal(person, 'key', { keyId: key.id })
  }

  async function ofIssuer(token: string): Promise<Principal | null> {
    const claims = await oidc?.verify(token)
    if (!oidc || !claims) return null
    const person = await people.ofIdentity(oidc.issuer, claims.sub)
    return person && principal(person, 'oidc', { claims })
  }

  return {
    /** null for nobody, and for whoever can not prove to be somebody. */
    async resolve(shown: Credentials): Promise<Principal | null> {
      if (shown.apiKey !== undefined) return await ofKey(shown.apiKey)
      if (shown.bearer !== undefined) {
        if (isApiKey(shown.bearer)) return await ofKey(shown.bearer)
        const issuer = issuerIn(shown.bearer)
        if (oidc && issuer === oidc.issuer) return await ofIssuer(shown.bearer)
        return issuer === undefined ? null : await ofToken('token', shown.bearer)
      }
      if (shown.accessCookie !== undefined) return await ofToken('browser', shown.accessCookie)
      return null
    },
    /** Asked again while something long-lived goes on, such as a socket. */
    async stillGood(principal: Principal): Promise<boolean> {
      if (!(await people.active(principal.userId))) return false
      if (principal.keyId) return await keys.lives(principal.keyId)
      if (principal.sessionId) return await sessions.lives(principal.sessionId)
      return true
    },
  }
}

export type Principals = ReturnType<typeof createPrincipals>
