import type { Readable } from 'node:stream'
import type { Audit } from '../../access/audit.ts'
import type { Keys } from '../../access/keys.ts'
import type { Oidc } from '../../access/oidc.ts'
import type { People } from '../../access/people.ts'
import type { Sessions } from '../../access/sessions.ts'
import type { AccessTokens } from '../../access/tokens.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Db } from '../../platform/database/connect.ts'
import type { Limiter } from '../../platform/limits/port.ts'
import type { Log } from '../../platform/log.ts'
import { type Accounts, accountService } from './accounts.ts'
import { identityAdminRoutes } from './admin-routes.ts'
import { type IdentityLinks, identityLinks } from './identities.ts'
import { keyRoutes } from './key-routes.ts'
import { platformIdentityRoutes } from './platform-routes.ts'
import type { IdentityPost } from './post.ts'
import { type Recovery, recoveryService } from './recovery.ts'
import { type IdentityRepository, identityRepository } from './repository.ts'
import { identityRoutes } from './routes.ts'
import { loginThrottle } from './throttle.ts'

export { hashPassword } from './passwords.ts'
export type { Addressee, IdentityPost } from './post.ts'

/** Links by mail alone, for the command line. */
export const createRecovery = (
  it: Pick<IdentityOptions, 'db' | 'sessions' | 'limiter' | 'audit' | 'post' | 'clock' | 'log' | 'publicBaseUrl'>,
) => recoveryService({ ...it, repository: identityRepository(it.db), throttle: loginThrottle(it.limiter) })

/** What all features know of a person, gathered when the person asks for it or leaves. */
export interface AccountData {
  exportOf(userId: string, profile: Record<string, unknown>): Promise<Readable>
  /** The account and all that is its own, rows and files. */
  erase(userId: string): Promise<void>
}

export interface IdentityOptions {
  db: Db
  sessions: Sessions
  keys: Keys
  tokens: AccessTokens
  people: People
  oidc: Oidc | null
  limiter: Limiter
  audit: Audit
  post: IdentityPost
  data: AccountData
  clock: Clock
  log: Log
  secret: string
  publicBaseUrl: string
  registration: 'open' | 'invite' | 'closed'
  lifetimes: { accessSeconds: number; refreshSeconds: number; platformAccessSeconds: number }
  refreshCookie: (headers: Readonly<Record<string, string | string[] | undefined>>) => string | undefined
}

export interface IdentityParts
  extends Pick<IdentityOptions, 'sessions' | 'keys' | 'audit' | 'data' | 'lifetimes' | 'refreshCookie'> {
  accounts: Accounts
  recovery: Recovery
  repository: IdentityRepository
  identities: IdentityLinks
  /** The first day of this month, UTC. */
  thisMonth: () => string
}

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
        if (user && key.expires_at)
          await post.keyExpiring(
            { email: user.email, name: user.name, language: user.settings.language },
            { name: key.name, expiresAt: key.expires_at },
          )
      }
    },
  }
}

export type Identity = ReturnType<typeof createIdentity>
