import type { FastifyRequest } from 'fastify'
import { Refusal } from '../../platform/refusal.ts'

const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])$/

interface OriginOptions {
  publicBaseUrl: string
  /** Further origins that may speak for the user. */
  allowed: readonly string[]
}

const originOf = (url: string) => URL.parse(url)?.origin ?? null

/** Which pages may act: our own, and those that the operator named. */
export function originCheck({ publicBaseUrl, allowed }: OriginOptions) {
  const own = URL.parse(publicBaseUrl)
  const named = new Set(allowed.map((it) => originOf(it) ?? it))

  const isOurs = (origin: string): boolean => {
    const url = URL.parse(origin)
    if (!url || !own) return false
    if (url.origin === own.origin || named.has(url.origin)) return true
    // On one's own machine localhost and 127.0.0.1 are the same place.
    return (
      LOOPBACK.test(own.hostname) &&
      LOOPBACK.test(url.hostname) &&
      url.port === own.port &&
      url.protocol === own.protocol
    )
  }

  return {
    isOurs,
    /** For calls that no session token can protect yet: sign-up, log-in, reset, comments on a share. */
    refuseForeign(request: FastifyRequest) {
      const origin = request.headers.origin
      const site = request.headers['sec-fetch-site']
      const foreign =
        origin !== undefined ? !isOurs(origin) : site !== undefined && site !== 'same-origin' && site !== 'none'
      if (foreign) throw new Refusal('csrf', 'This call came from another site.')
    },
  }
}

export type OriginCheck = ReturnType<typeof originCheck>
