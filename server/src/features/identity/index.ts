import { accountService } from './accounts.ts'
import { identityAdminRoutes } from './admin-routes.ts'
import { identityLinks } from './identities.ts'
import { keyRoutes } from './key-routes.ts'
import type { IdentityOptions, IdentityParts } from './parts.ts'
import { platformIdentityRoutes } from './platform-routes.ts'
import { recoveryService } from './recovery.ts'
import { identityRepository } from './repository.ts'
import { identityRoutes } from './routes.ts'
import { loginThrottle } from './throttle.ts'

export type { AccountData, IdentityOptions } from './parts.ts'
export { hashPassword } from './passwords.ts'
export type { Addressee, IdentityPost } from './post.ts'
export { accountTakeOut } from './take-out.ts'

/** Links by mail alone, for the command line. */
export const createRecovery = (
  it: Pick<IdentityOptions, 'db' | 'sessions' | 'limiter' | 'audit' | 'post' | 'clock' | 'log' | 'publicBaseUrl'>,
) => recoveryService({ ...it, repository: identityRepository(it.db), throttle: loginThrottle(it.limiter) })

const NOTICE_DAYS = 30
const KEEP_ENDED_SESSIONS_MS = 30 * 86_400_000

export function createIdentity(options: IdentityOptions) {
  const { db, clock, sessions, keys, post } = options
  const repository = identityRepository(db)
  const throttle = loginThrottle(options.limiter)
  const recovery = createRecovery(options)
  const accounts = accountService({
    ...options,
    repository,
    throttle,
    recovery,
    accessSeconds: {
      browser: options.lifetimes.accessSeconds,
      token: options.lifetimes.platformAccessSeconds,
    },
  })
  const parts: IdentityParts = {
    ...options,
    accounts,
    recovery,
    repository,
    identities: identityLinks(db, options.oidc),
    thisMonth: () => `${clock.now().toISOString().slice(0, 7)}-01`,
  }
  return {
    accounts,
    setupLink: recovery.setupLink,
    routes: [
      ...identityRoutes(parts),
      ...keyRoutes(parts),
      ...platformIdentityRoutes(parts),
      ...identityAdminRoutes(parts),
    ],
    /** Daily: what has expired goes, and owners of keys that soon will are told. */
    async tidy() {
      const now = clock.now()
      await repository.sweep(now)
      await sessions.sweep(new Date(now.getTime() - KEEP_ENDED_SESSIONS_MS))
      for (const key of await keys.expiring(NOTICE_DAYS)) {
        const user = await repository.byId(key.user_id)
        if (!user || !key.expires_at) continue
        const { again } = await post.keyExpiring(
          { email: user.email, name: user.name, language: user.settings.language },
          { name: key.name, expiresAt: key.expires_at },
        )
        if (again) await keys.notTold(key.id)
      }
    },
  }
}

export type Identity = ReturnType<typeof createIdentity>
