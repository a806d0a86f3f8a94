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
import type { Accounts } from './accounts.ts'
import type { IdentityLinks } from './identities.ts'
import type { IdentityPost } from './post.ts'
import type { Recovery } from './recovery.ts'
import type { IdentityRepository } from './repository.ts'

/** What all features know of a person, gathered when the person asks for it or leaves. */
export interface AccountData {
  exportOf(userId: string): Promise<Readable>
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
