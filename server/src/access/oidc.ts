import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from 'jose'
import { z } from 'zod'
import type { Clock } from '../platform/clock.ts'
import type { Log } from '../platform/log.ts'

interface OidcOptions {
  /** Ends with a slash. */
  issuer: string
  audience: string
  timeoutMs: number
  clock: Clock
  log: Log
}

const Discovery = z.object({ jwks_uri: z.url(), userinfo_endpoint: z.url().optional() })

const REFRESH_MS = 600_000
const COOLDOWN_MS = 30_000

/**
 * Tokens of an external issuer (Auth0 or any other OpenID provider). Its keys are fetched at first need and kept as
 * long as the process lives: an issuer that is down does not sign out those who hold good tokens. An unknown key id
 * fetches anew, at most once in thirty seconds, however many such tokens come.
 */
export function createOidc(options: OidcOptions) {
  const { issuer, audience, timeoutMs, clock, log } = options
  type Keys = ReturnType<typeof createRemoteJWKSet>
  let discovered: { keys: Keys; userinfo: string | undefined; refreshedAt: number } | null = null
  let failedAt = Number.NEGATIVE_INFINITY
  let pending: Promise<void> | null = null

  const discover = async () => {
    const answer = await fetch(`${issuer}.well-known/openid-configuration`, {
      signal: AbortSignal.timeout(timeoutMs),
      redirect: 'error',
    })
    const document = Discovery.parse(await answer.json())
    discovered = {
      keys: createRemoteJWKSet(new URL(document.jwks_uri), {
        cooldownDuration: COOLDOWN_MS,
        cacheMaxAge: Number.POSITIVE_INFINITY,
        timeoutDuration: timeoutMs,
      }),
      userinfo: document.userinfo_endpoint,
      refreshedAt: Date.now(),
    }
  }

  const ready = async () => {
    if (discovered) {
      if (Date.now() - discovered.refreshedAt > REFRESH_MS) {
        discovered.refreshedAt = Date.now()
        discovered.keys.reload().catch(() => log.warn({ issuer }, "the issuer's keys could not be refreshed"))
      }
      return discovered
    }
    if (Date.now() - failedAt < COOLDOWN_MS) return null
    pending ??= discover()
      .catch((error: Error) => {
        failedAt = Date.now()
        log.warn({ issuer, error: error.name }, 'the issuer does not answer')
      })
      .finally(() => {
        pending = null
      })
    await pending
    return discovered
  }

  return {
    issuer,
    /** The claims of a valid token; null for any other. */
    async verify(token: string): Promise<(JWTPayload & { sub: string }) | null> {
      const provider = await ready()
      if (!provider) return null
      try {
        const { payload } = await jwtVerify(token, provider.keys, {
          algorithms: ['RS256'],
          issuer,
          audience,
          currentDate: clock.now(),
          requiredClaims: ['sub', 'exp'],
        })
        return payload.sub ? { ...payload, sub: payload.sub } : null
      } catch (error) {
        if (error instanceof errors.JOSEError || error instanceof TypeError) return null
        log.warn({ issuer, error: (error as Error).name }, "the issuer's keys could not be fetched")
        return null
      }
    },
    userinfoUrl: async () => (await ready())?.userinfo ?? null,
    timeoutMs,
  }
}

export type Oidc = ReturnType<typeof createOidc>
