import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { Principal } from '../../access/principal.ts'
import type { Principals } from '../../access/principals.ts'
import { credentialsOf } from '../http/authenticate.ts'
import type { CookieJar } from '../http/cookies.ts'

/** What a viewer's link opens. */
export interface SharedView {
  conversation_id: string
}

export type Guest =
  | { principal: Principal; share: null }
  | { principal: null; share: { token: string; view: SharedView } }

interface HandshakeOptions {
  principals: Principals
  cookies: CookieJar
  isOurs: (origin: string) => boolean
  /** Refuses a link that is unknown, expired or revoked. */
  openShare: (token: string) => Promise<SharedView>
}

export class HandshakeRefused extends Error {}

const text = (value: unknown) =>
  typeof value === 'string' && value.length > 0 && value.length < 8_192 ? value : undefined

/** Who connects. Decided once; the credential is not needed again, and its end is the end of the connection. */
export function handshaker({ principals, cookies, isOurs, openShare }: HandshakeOptions) {
  return {
    /** Before anything else: pages of other sites get no connection, by whatever transport. */
    mayConnect(request: Pick<IncomingMessage, 'headers'>): boolean {
      const { origin } = request.headers
      return origin === undefined || isOurs(origin)
    },

    async guest(headers: IncomingHttpHeaders, auth: Record<string, unknown>): Promise<Guest> {
      const share = text(auth.share)
      if (share) return { principal: null, share: { token: share, view: await openShare(share) } }
      const token = text(auth.token)?.replace(/^Bearer\s+/i, '')
      const shown = credentialsOf(headers)
      const byHeader = shown.apiKey !== undefined || shown.bearer !== undefined
      const cookie = token || byHeader ? undefined : cookies.accessIn(headers)
      // A page always says where it comes from; who sends cookies without is no page.
      if (cookie && headers.origin === undefined) throw new HandshakeRefused('Cookies need an Origin header')
      const principal = token
        ? await principals.resolve({ bearer: token })
        : await principals.resolve({ ...shown, accessCookie: cookie })
      if (principal) return { principal, share: null }
      throw new HandshakeRefused(
        token || byHeader || cookie ? 'Invalid or expired authentication token' : 'No authentication token provided',
      )
    },
  }
}

export type Handshaker = ReturnType<typeof handshaker>
