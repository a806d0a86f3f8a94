import { parseCookie } from 'cookie'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { decodeJwt } from 'jose'

type Headers = Readonly<Record<string, string | string[] | undefined>>

interface CookieOptions {
  secure: boolean
  sameSite: 'Lax' | 'Strict' | 'None'
}

/** The names and attributes of our cookies: `__Host-` and Secure exactly when the public address is https. */
export function cookieJar({ secure, sameSite }: CookieOptions) {
  const named = (name: string) => `${secure ? '__Host-' : ''}mina_${name}`
  const inHeader = (headers: Headers, name: string) =>
    parseCookie(String(headers.cookie ?? ''))[named(name)] || undefined
  const read = (request: FastifyRequest, name: string) => request.cookies[named(name)] || undefined

  return {
    access: (request: FastifyRequest) => read(request, 'access'),
    refresh: (request: FastifyRequest) => read(request, 'refresh'),
    /** For a handshake, and wherever only the raw header is at hand. */
    accessIn: (headers: Headers) => inHeader(headers, 'access'),
    refreshIn: (headers: Headers) => inHeader(headers, 'refresh'),
    /** The session that the cookies speak of, true or not: what a CSRF token must be bound to. */
    sessionIdOf(request: FastifyRequest): string | undefined {
      const access = read(request, 'access')
      if (access) {
        try {
          return String(decodeJwt(access).sid ?? '') || undefined
        } catch {
          // Falls through to the refresh cookie.
        }
      }
      return read(request, 'refresh')?.split('.')[0]
    },
    set(reply: FastifyReply, name: string, value: string, { maxAge, httpOnly }: { maxAge: number; httpOnly: boolean }) {
      reply.setCookie(named(name), value, {
        path: '/',
        maxAge: Math.round(maxAge),
        httpOnly,
        secure,
        sameSite: sameSite.toLowerCase() as 'lax' | 'strict' | 'none',
      })
    },
    clear(reply: FastifyReply, name: string) {
      reply.clearCookie(named(name), { path: '/', secure })
    },
  }
}

export type CookieJar = ReturnType<typeof cookieJar>
