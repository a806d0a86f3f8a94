import type { Endpoint } from '@mina/contract'
import type { FastifyRequest } from 'fastify'
import { csrfToken, sameText } from '../../access/csrf.ts'
import type { Principal } from '../../access/principal.ts'
import type { Credentials, Principals } from '../../access/principals.ts'
import { Refusal } from '../../platform/refusal.ts'
import type { CookieJar } from './cookies.ts'
import type { OriginCheck } from './origins.ts'

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

const one = (header: string | string[] | undefined) => (Array.isArray(header) ? header[0] : header)

/** What the request shows, by header or cookie. */
export function credentialsOf(
  headers: Record<string, string | string[] | undefined>,
  accessCookie?: string,
): Credentials {
  const apiKey = one(headers['x-api-key'])?.trim()
  const [scheme, token] = (one(headers.authorization) ?? '').trim().split(/\s+/, 2)
  const bearer = token && /^(bearer|token)$/i.test(scheme ?? '') ? token : undefined
  return {
    apiKey: apiKey || undefined,
    bearer,
    accessCookie: apiKey || bearer ? undefined : accessCookie,
  }
}

/** Whether somebody claims to be known, rightly or not. */
export const showsCredential = (request: FastifyRequest, cookies: CookieJar) =>
  Object.values(credentialsOf(request.headers, cookies.access(request))).some((it) => it !== undefined)

interface AuthenticateOptions {
  principals: Principals
  cookies: CookieJar
  origins: OriginCheck
  secret: string
  onDenied: (request: FastifyRequest, endpoint: Endpoint, principal: Principal) => void
}

/** Who calls, and whether this call is for them: credential, CSRF, permission. Runs before a body is read. */
export function createAuthenticate(options: AuthenticateOptions) {
  const { principals, cookies, origins, secret, onDenied } = options

  const requireToken = (request: FastifyRequest) => {
    const sessionId = cookies.sessionIdOf(request)
    const shown = one(request.headers['x-csrf-token'])
    if (!sessionId || !shown || !sameText(shown, csrfToken(secret, sessionId)))
      throw new Refusal('csrf', 'The X-CSRF-Token header does not match this session. Reload the page and try again.')
  }

  return async (request: FastifyRequest, endpoint: Endpoint): Promise<Principal | null> => {
    const shown = credentialsOf(request.headers, cookies.access(request))
    const principal = await principals.resolve(shown)
    const byHeader = shown.apiKey !== undefined || shown.bearer !== undefined

    if (!SAFE.has(endpoint.method) && !byHeader) {
      if (endpoint.csrf === 'origin') origins.refuseForeign(request)
      else if (principal?.via === 'session' || (endpoint.csrf === 'token' && cookies.sessionIdOf(request)))
        requireToken(request)
    }

    if (endpoint.permission === 'public') return principal
    if (!principal) {
      throw new Refusal('unauthorized', 'Please sign in, or send a valid token or API key.')
    }
    if (endpoint.refuses?.includes(principal.via) || !principal.may.has(endpoint.permission)) {
      onDenied(request, endpoint, principal)
      throw new Refusal('forbidden', `This needs ${endpoint.permission}, which this credential does not give.`)
    }
    return principal
  }
}

export type Authenticate = ReturnType<typeof createAuthenticate>
